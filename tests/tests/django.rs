//! `docs/DJANGO.md` says of each behaviour which test proves it. That it stays true is proven here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The subjects that IDs begin with. Others in the names of tests are not about Django.
const SUBJECTS: [&str; 15] = [
    "DS", "SG", "MM", "AU", "CC", "MG", "RQ", "ST", "TR", "CN", "OR", "TK", "AR", "RG", "EL",
];

/// `SG04` and `OR01` of `sg04_or01_all_before`.
fn ids(name: &str) -> Vec<String> {
    let is_id = |part: &&str| {
        part.len() == 4
            && part.is_char_boundary(2)
            && SUBJECTS.contains(&&*part[..2].to_uppercase())
            && part[2..].bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts = name.split('_').take_while(|part| {
        // Others may stand between, such as `ux13`.
        part.len() == 4 && part.ends_with(|last: char| last.is_ascii_digit())
    });
    parts.filter(is_id).map(str::to_uppercase).collect()
}

/// The page, row by row.
#[derive(Default)]
struct Page {
    /// By ID: what is named as proof, `file::test` or a file, and all that is said there.
    rows: BTreeMap<String, (BTreeSet<String>, String)>,
    problems: Vec<String>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        for line in text.lines() {
            let (id, said) = match line.strip_prefix("| ") {
                Some(row) => {
                    let mut cells = row.trim_end_matches('|').split(" | ");
                    let id = cells.next().unwrap_or_default();
                    (id, cells.nth(1).unwrap_or_default())
                }
                // Those that mean nothing here.
                None => match line
                    .strip_prefix("- ")
                    .and_then(|item| item.split_once(", "))
                {
                    Some(item) => item,
                    None => continue,
                },
            };
            if ids(&id.to_lowercase()) != [id] {
                continue;
            }
            let code = said.split('`').skip(1).step_by(2);
            let proof = code.filter(|code| code.contains(".rs")).map(str::to_owned);
            let row = (proof.collect(), said.trim().to_owned());
            if page.rows.insert(id.to_owned(), row).is_some() {
                page.problems.push(format!("{id} is there twice"));
            }
        }
        page
    }

    /// Compares it with what is there: functions and files with an ID in their name, and whether a
    /// file is there.
    fn compare(mut self, there: &BTreeSet<String>, is_file: impl Fn(&str) -> bool) -> Vec<String> {
        for (id, (proof, said)) in &self.rows {
            if said.is_empty() {
                let problem = format!("{id} has neither a test nor a reason");
                self.problems.push(problem);
            }
            for named in proof {
                let problem = match named.split_once("::") {
                    Some(_) if !there.contains(named) => "is not there",
                    Some((_, test)) if !ids(test).contains(id) => "has another ID",
                    None if !is_file(named) => "is not there",
                    _ => continue,
                };
                self.problems.push(format!("{id}: `{named}` {problem}"));
            }
        }
        for named in there {
            let name = named
                .split_once("::")
                .map_or(named.as_str(), |(_, test)| test);
            let name = name.rsplit('/').next().unwrap_or(name);
            for id in ids(name) {
                let row = self.rows.get(&id);
                if row.is_none_or(|(proof, _)| !proof.contains(named)) {
                    self.problems.push(format!("{id}: `{named}` is missing"));
                }
            }
        }
        self.problems
    }
}

/// Finds what has an ID in its name: functions, and cases of compile errors.
fn find(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() {
            if name != "target" {
                find(root, &path, found);
            }
            continue;
        }
        if path.extension().is_none_or(|it| it != "rs") {
            continue;
        }
        let file = path.strip_prefix(root).unwrap().to_str().unwrap();
        let file = file.replace(std::path::MAIN_SEPARATOR, "/");
        if !ids(&name).is_empty() {
            found.insert(file.clone());
        }
        for line in fs::read_to_string(&path).unwrap().lines() {
            let function = line.split_once("fn ").map(|(_, rest)| rest);
            let test = function
                .and_then(|rest| rest.split_once('('))
                .map(|(test, _)| test);
            if let Some(test) = test.filter(|test| !ids(test).is_empty()) {
                found.insert(format!("{file}::{test}"));
            }
        }
    }
}

#[test]
fn the_page_names_every_test_with_an_id_and_none_that_is_not_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = Page::read(&fs::read_to_string(root.join("docs/DJANGO.md")).unwrap());
    assert!(page.rows.len() > 200, "the page is not read");
    for subject in SUBJECTS {
        let of_subject = page.rows.keys().filter(|id| id.starts_with(subject));
        let numbers: Vec<usize> = of_subject.map(|id| id[2..].parse().unwrap()).collect();
        let all: Vec<usize> = (1..=numbers.len()).collect();
        assert_eq!(numbers, all, "{subject}: a number is missing");
    }
    let mut there = BTreeSet::new();
    for folder in [
        "signals-core",
        "signals-builtin",
        "integrations",
        "tests",
        "examples",
    ] {
        find(root, &root.join(folder), &mut there);
    }
    let problems = page.compare(&there, |file| root.join(file).is_file());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_is_wrong_with_a_page_is_found() {
    let page = "\
        | ID | what Django does | test, or why not |\n\
        |---|---|---|\n\
        | DS01 | One. | `a.rs::ds01_is_there` |\n\
        | DS02 | Two. | `a.rs::ds02_is_gone`<br>`ui/ds02_gone.rs` |\n\
        | DS03 | Three. | `a.rs::ds01_is_there` |\n\
        | DS04 | Four. |  |\n\
        | DS05 | Five. | Nobody wants it. |\n\
        | DS05 | Five again. | Nobody wants it. |\n\
        - DS06, which means nothing: here.\n\
        - A list of something else.\n";
    let there = [
        "a.rs::ds01_is_there",
        "b.rs::ds05_ds06_both",
        "ui/ds01_case.rs",
        "b.rs::ux13_of_another_kind",
    ];
    let there = there.map(str::to_owned).into();
    assert_eq!(
        Page::read(page).compare(&there, |file| there.contains(file)),
        [
            "DS05 is there twice",
            "DS02: `a.rs::ds02_is_gone` is not there",
            "DS02: `ui/ds02_gone.rs` is not there",
            "DS03: `a.rs::ds01_is_there` has another ID",
            "DS04 has neither a test nor a reason",
            "DS05: `b.rs::ds05_ds06_both` is missing",
            "DS06: `b.rs::ds05_ds06_both` is missing",
            "DS01: `ui/ds01_case.rs` is missing",
        ]
    );
}
