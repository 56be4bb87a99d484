//! Chromium without a window, by way of chromedriver and the `WebDriver` protocol.
//!
//! Where there is none and it cannot be installed, the tests pass and say so, unless
//! `REQUIRE_BROWSER=1` is set.

#![allow(dead_code, reason = "each test program uses what it needs")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

/// Keys, for [`Chromium::keys`].
pub(crate) const TAB: &str = "\u{e004}";
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const HOME: &str = "\u{e011}";
pub(crate) const END: &str = "\u{e010}";
pub(crate) const DELETE: &str = "\u{e017}";
const SHIFT: &str = "\u{e008}";
const CONTROL: &str = "\u{e009}";

/// How long something may take to appear.
const PATIENCE: Duration = Duration::from_secs(40);

const FLAGS: [&str; 8] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// One window.
pub(crate) struct Chromium {
    driver: Child,
    agent: Agent,
    session: String,
    _profile: TempDir,
}

impl Chromium {
    /// `None` if there is no browser and the test may pass without one.
    pub(crate) fn start() -> Option<Self> {
        static FOUND: OnceLock<Result<(PathBuf, PathBuf), String>> = OnceLock::new();
        match FOUND.get_or_init(find) {
            Ok((chromium, driver)) => Some(Self::with(chromium, driver)),
            Err(why) if std::env::var_os("REQUIRE_BROWSER").is_some_and(|it| it == "1") => {
                panic!("no test in a browser: {why}")
            }
            Err(why) => {
                eprintln!("SKIPPED, no test in a browser: {why}");
                None
            }
        }
    }

    fn with(chromium: &PathBuf, driver: &PathBuf) -> Self {
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let profile = tempfile::tempdir().unwrap();
        let config = Agent::config_builder().http_status_as_error(false);
        let mut chromium_args = FLAGS.map(str::to_owned).to_vec();
        chromium_args.push(format!("--user-data-dir={}", profile.path().display()));
        let mut window = Self {
            driver,
            agent: config.build().into(),
            session: format!(
                "http://127.0.0.1:{}/session",
                port.expect("chromedriver says where it is")
            ),
            _profile: profile,
        };
        let options = json!({ "binary": chromium, "args": chromium_args });
        let wanted = json!({
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let wanted = json!({ "capabilities": { "alwaysMatch": wanted } });
        let session = window.post("", &wanted);
        let id = session["sessionId"].as_str().unwrap();
        window.session = [&*window.session, id].join("/");
        window
    }

    /// A command of `WebDriver`.
    fn post(&self, command: &str, body: &Value) -> Value {
        let url = format!("{}{command}", self.session);
        let request = self
            .agent
            .post(url)
            .header("content-type", "application/json");
        let mut answer = request.send(body.to_string()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert!(answer.status().is_success(), "{command} {body}: {text}");
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        answer["value"].take()
    }

    /// A command of the browser's own protocol.
    fn cdp(&self, command: &str, params: &Value) -> Value {
        let body = json!({ "cmd": command, "params": params });
        self.post("/goog/cdp/execute", &body)
    }

    pub(crate) fn open(&self, url: &str) {
        self.post("/url", &json!({ "url": url }));
    }

    /// Shows the page at this size, `"light"` or `"dark"`.
    pub(crate) fn size(&self, width: u32, height: u32, scheme: &str) {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", &metrics);
        let scheme = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.cdp("Emulation.setEmulatedMedia", &json!({ "features": scheme }));
    }

    /// What a function with this body returns in the page.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until the expression is true in the page.
    pub(crate) fn wait_for(&self, expression: &str) {
        let started = Instant::now();
        while self.run(&format!("return Boolean({expression})")) != true {
            let text = || self.run("return document.body.innerText");
            assert!(
                started.elapsed() < PATIENCE,
                "{expression} never came: {}",
                text()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn element(&self, css: &str) -> String {
        let found = self.post(
            "/element",
            &json!({ "using": "css selector", "value": css }),
        );
        let id = found.as_object().unwrap().values().next().unwrap();
        format!("/element/{}", id.as_str().unwrap())
    }

    pub(crate) fn click(&self, css: &str) {
        self.post(&format!("{}/click", self.element(css)), &json!({}));
    }

    pub(crate) fn type_into(&self, css: &str, text: &str) {
        let element = self.element(css);
        self.post(&format!("{element}/value"), &json!({ "text": text }));
    }

    /// Presses these keys, wherever the focus is.
    pub(crate) fn keys(&self, keys: &str) {
        let press = |key: char| ["keyDown", "keyUp"].map(|it| (it, key.to_string()));
        self.press(keys.chars().flat_map(press));
    }

    fn press(&self, presses: impl IntoIterator<Item = (&'static str, String)>) {
        let presses = presses.into_iter();
        let presses = presses.map(|(it, key)| json!({ "type": it, "value": key }));
        let presses: Vec<Value> = presses.collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": presses });
        self.post("/actions", &json!({ "actions": [keyboard] }));
    }

    fn press_with(&self, held: &str, key: &str) {
        let presses = [
            ("keyDown", held),
            ("keyDown", key),
            ("keyUp", key),
            ("keyUp", held),
        ];
        self.press(presses.map(|(it, key)| (it, key.to_owned())));
    }

    /// Goes back to what had the focus before.
    pub(crate) fn shift_tab(&self) {
        self.press_with(SHIFT, TAB);
    }

    /// Types this in place of what is in the field.
    pub(crate) fn replace(&self, text: &str) {
        self.press_with(CONTROL, "a");
        self.keys(&format!("{DELETE}{text}"));
    }

    /// Tabs until this has the focus, as somebody without a mouse does.
    pub(crate) fn tab_to(&self, css: &str) {
        for _ in 0..40 {
            self.keys(TAB);
            let wanted = json!(css);
            if self.run(&format!("return document.activeElement?.matches({wanted})")) == true {
                let outline =
                    "return getComputedStyle(document.activeElement).outlineStyle != 'none'";
                let shows = self.run(outline);
                assert_eq!(shows, true, "{css} shows that it has the focus");
                return;
            }
        }
        panic!("{css} cannot be reached by keyboard");
    }

    /// Waits until this has the focus, which a page gives it a little after it is there.
    pub(crate) fn wait_for_focus(&self, css: &str) {
        let wanted = json!(css);
        self.wait_for(&format!("document.activeElement?.matches({wanted})"));
    }

    /// Has this cookie, `name=value`, for the site that is shown.
    pub(crate) fn cookie(&self, cookie: &str) {
        let (name, value) = cookie.split_once('=').unwrap();
        let cookie = json!({ "name": name, "value": value });
        self.post("/cookie", &json!({ "cookie": cookie }));
    }

    /// What the console says that is no mere information.
    pub(crate) fn complaints(&self) -> Vec<Value> {
        let log = self.post("/se/log", &json!({ "type": "browser" }));
        let mut log = log.as_array().unwrap().clone();
        log.retain(|entry| entry["level"] != "INFO" && entry["level"] != "DEBUG");
        log
    }

    /// Keeps a picture of what is to be seen, in base64, in the folder that `SCREENSHOTS` names, if it names one.
    pub(crate) fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("SCREENSHOTS") {
            let url = format!("{}/screenshot", self.session);
            let mut answer = self.agent.get(url).call().unwrap();
            let answer = answer.body_mut().read_to_string().unwrap();
            let shot: Value = serde_json::from_str(&answer).unwrap();
            std::fs::create_dir_all(&folder).unwrap();
            let path = PathBuf::from(folder).join(format!("{name}.png.base64"));
            std::fs::write(path, shot["value"].as_str().unwrap()).unwrap();
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The browser and its driver, installed if that is possible.
fn find() -> Result<(PathBuf, PathBuf), String> {
    let both = || Some((program("chromium")?, program("chromedriver")?));
    if let Some(found) = both() {
        return Ok(found);
    }
    let sudo = if succeeds("test \"$(id -u)\" = 0") {
        ""
    } else {
        "sudo -n "
    };
    if !succeeds(&format!("{sudo}apt-get --version")) {
        let why = "chromium and chromedriver are not both there, and cannot be installed";
        return Err(why.to_owned());
    }
    // A list of packages that is not the newest may do.
    succeeds(&format!("{sudo}apt-get update -qq"));
    if !succeeds(&format!(
        "{sudo}apt-get install -y -qq chromium chromium-driver"
    )) {
        return Err("chromium and chromium-driver could not be installed".to_owned());
    }
    both().ok_or_else(|| "chromium was installed and is still not there".to_owned())
}

fn succeeds(script: &str) -> bool {
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", script]).stdin(Stdio::null());
    let output = shell.output();
    output.is_ok_and(|output| output.status.success())
}

fn program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut paths = std::env::split_paths(&folders).map(|folder| folder.join(name));
    paths.find(|path| path.is_file())
}
