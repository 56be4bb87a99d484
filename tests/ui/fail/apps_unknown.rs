signals_core::installed_apps![fixture_declares, fixture_declined];

fn main() {}
