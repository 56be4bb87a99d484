//! What Cargo.toml says of dependencies: how they call themselves, and which have to do with signals.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, TableLike};

/// The Cargo.toml of a package.
pub(super) struct Manifest {
    folder: PathBuf,
    document: DocumentMut,
}

/// What a Cargo.toml says of one dependency, its workspace's Cargo.toml included.
struct Dependency {
    /// The package, if the dependency is called otherwise.
    package: Option<String>,
    /// The Cargo.toml of the dependency, if it has a `path`.
    manifest: Option<Manifest>,
}

/// The packages that make a crate one that has to do with signals.
const SIGNALS: [&str; 2] = ["signals-core", "signals-builtin"];

impl Manifest {
    /// Of the package that is being compiled; none if it is not cargo that compiles.
    pub(super) fn of_this_crate() -> Option<Self> {
        Self::read(Path::new(&std::env::var_os("CARGO_MANIFEST_DIR")?))
    }

    fn read(folder: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
        Some(Self {
            folder: folder.to_owned(),
            document: text.parse().ok()?,
        })
    }

    /// The own name of a crate that is renamed here to `called`; none if it is not renamed.
    pub(super) fn crate_name(&self, called: &str) -> Option<String> {
        let mut lists = self.dependencies(&["dependencies", "dev-dependencies"]);
        let (key, item) = lists.find(|(key, _)| key.replace('-', "_") == called)?;
        let dependency = self.dependency(key, item)?;
        let package = dependency.package?;
        let library = dependency.manifest.and_then(|manifest| manifest.library());
        Some(library.unwrap_or_else(|| package.replace('-', "_")))
    }

    /// The own names of the crates that code calls so, of dependencies with a `path` that depend on
    /// signals-core themselves.
    pub(super) fn with_signals(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (key, item) in self.dependencies(&["dependencies"]) {
            let is_optional = item
                .as_table_like()
                .is_some_and(|it| is_true(it, "optional"));
            let Some(dependency) = self.dependency(key, item) else {
                continue;
            };
            let Some(manifest) = dependency.manifest else {
                continue;
            };
            if !is_optional && manifest.has_signals() {
                let package = dependency.package.unwrap_or_else(|| key.to_owned());
                let library = manifest.library();
                names.push(library.unwrap_or_else(|| package.replace('-', "_")));
            }
        }
        names
    }

    fn has_signals(&self) -> bool {
        self.dependencies(&["dependencies"]).any(|(key, item)| {
            let table = item.as_table_like();
            let package = table.and_then(|table| table.get("package")?.as_str());
            SIGNALS.contains(&package.unwrap_or(key))
        })
    }

    /// The name that the library is given in its own Cargo.toml.
    fn library(&self) -> Option<String> {
        let name = self.document.get("lib")?.get("name")?;
        Some(name.as_str()?.to_owned())
    }

    /// The entries of these lists, those for some targets only included.
    fn dependencies(&self, kinds: &'static [&str]) -> impl Iterator<Item = (&str, &Item)> {
        let targets = self.document.get("target").and_then(Item::as_table_like);
        let targets = targets.into_iter().flat_map(TableLike::iter);
        let of_targets = targets.filter_map(|(_, target)| target.as_table_like());
        let all = std::iter::once::<&dyn TableLike>(self.document.as_table()).chain(of_targets);
        let lists = all.flat_map(|table| kinds.iter().filter_map(|kind| table.get(kind)));
        let lists = lists.filter_map(Item::as_table_like);
        lists.flat_map(TableLike::iter)
    }

    fn dependency(&self, key: &str, item: &Item) -> Option<Dependency> {
        let table = item.as_table_like()?;
        if !is_true(table, "workspace") {
            return Some(self.described(table));
        }
        let root = self.workspace()?;
        let dependencies = root.document.get("workspace")?.get("dependencies")?;
        Some(root.described(dependencies.get(key)?.as_table_like()?))
    }

    fn described(&self, table: &dyn TableLike) -> Dependency {
        let text = |key: &str| table.get(key).and_then(Item::as_str);
        let path = text("path").map(|path| self.folder.join(path));
        Dependency {
            package: text("package").map(str::to_owned),
            manifest: path.and_then(|path| Self::read(&path)),
        }
    }

    /// The Cargo.toml of the workspace that the package is in.
    fn workspace(&self) -> Option<Self> {
        let folder = std::path::absolute(&self.folder).ok()?;
        let mut folders = folder.ancestors();
        folders.find_map(|folder| {
            let manifest = Self::read(folder)?;
            let is_root = manifest.document.contains_key("workspace");
            is_root.then_some(manifest)
        })
    }
}

fn is_true(table: &dyn TableLike, key: &str) -> bool {
    table.get(key).and_then(Item::as_bool).unwrap_or(false)
}
