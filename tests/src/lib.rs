//! What the tests that cross crates share: where the workspace and the test data are.

use std::path::{Path, PathBuf};

/// The workspace's root folder.
pub fn workspace_root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// The folder of test data that the environment variable `variable` names.
///
/// `None` where it is unset: the caller returns, having proved nothing, and says so with the line that
/// this prints. With `CI=true` there is no such excuse.
///
/// # Panics
/// Where the variable is unset under `CI=true`, or names something that is not a folder.
#[expect(clippy::panic, reason = "a test helper: stopping the test is its job")]
#[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
pub fn data_dir(variable: &str, what: &str) -> Option<PathBuf> {
    let Some(value) = std::env::var_os(variable) else {
        let message = format!("SKIPPED: set {variable} to {what}");
        if std::env::var("CI").is_ok_and(|ci| ci == "true") {
            panic!("{message} (CI=true allows no skipping)");
        }
        eprintln!("{message}");
        return None;
    };
    let path = PathBuf::from(value);
    assert!(
        path.is_dir(),
        "{variable} is {}, which is not a folder",
        path.display()
    );
    Some(path)
}
