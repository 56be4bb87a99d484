fn main() {
    signals_core::installed_apps![];
}
