//! How a dependency calls itself, where Cargo.toml gives it another name.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, TableLike};

/// The Cargo.toml of a package.
pub(super) struct Manifest {
    folder: PathBuf,
    document: DocumentMut,
}

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
        let root;
        let (mut manifest, mut dependency) = (self, self.dependency(called)?);
        if bool_of(dependency, "workspace") {
            root = self.workspace()?;
            let dependencies = root.document.get("workspace")?.get("dependencies")?;
            dependency = find(dependencies.as_table_like()?, called)?;
            manifest = &root;
        }
        let package = str_of(dependency, "package")?;
        let path = str_of(dependency, "path").map(|path| manifest.folder.join(path));
        let library = path.and_then(|path| Self::read(&path)?.library());
        Some(library.unwrap_or_else(|| package.replace('-', "_")))
    }

    /// The name that the library is given in its own Cargo.toml.
    fn library(&self) -> Option<String> {
        let name = self.document.get("lib")?.get("name")?;
        Some(name.as_str()?.to_owned())
    }

    fn dependency(&self, called: &str) -> Option<&dyn TableLike> {
        let targets = self.document.get("target").and_then(Item::as_table_like);
        let targets = targets.into_iter().flat_map(TableLike::iter);
        let of_targets = targets.filter_map(|(_, target)| target.as_table_like());
        let mut all = std::iter::once::<&dyn TableLike>(self.document.as_table()).chain(of_targets);
        all.find_map(|table| {
            let mut kinds = ["dependencies", "dev-dependencies"].into_iter();
            kinds.find_map(|kind| find(table.get(kind)?.as_table_like()?, called))
        })
    }

    /// The Cargo.toml of the workspace that the package is in.
    fn workspace(&self) -> Option<Self> {
        let folder = std::path::absolute(&self.folder).ok()?;
        let mut folders = folder.ancestors();
        folders.find_map(|folder| {
            let manifest = Self::read(folder)?;
            manifest
                .document
                .contains_key("workspace")
                .then_some(manifest)
        })
    }
}

/// The dependency that code calls so.
fn find<'t>(dependencies: &'t dyn TableLike, called: &str) -> Option<&'t dyn TableLike> {
    let mut dependencies = dependencies.iter();
    let found = dependencies.find(|(name, _)| name.replace('-', "_") == called);
    found?.1.as_table_like()
}

fn str_of<'t>(table: &'t dyn TableLike, key: &str) -> Option<&'t str> {
    table.get(key)?.as_str()
}

fn bool_of(table: &dyn TableLike, key: &str) -> bool {
    table.get(key).and_then(Item::as_bool).unwrap_or(false)
}
