//! How the hub is reached, for people and for scripts.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use super::RunningHub;

/// The variables by which the official SDKs are made to trust an authority (`iot-hub` 0): Python's
/// device SDK, Python's service SDK, Node.
const TRUST: [&str; 3] = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

pub(super) fn environment(ca_file: Option<&Path>) -> Vec<(&'static str, String)> {
    // A process elsewhere has another current directory.
    let path = ca_file.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    let value = path.map(|path| path.display().to_string());
    TRUST
        .into_iter()
        .filter_map(|name| Some((name, value.clone()?)))
        .collect()
}

/// The ready file's content.
pub(super) fn json(hub: &RunningHub) -> Value {
    let texts = |addresses: &[SocketAddr]| -> Vec<_> {
        addresses.iter().map(SocketAddr::to_string).collect()
    };
    let environment = hub.environment();
    let variables = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)));
    json!({
        "mqtt": texts(hub.mqtt()),
        "https": texts(hub.https()),
        "caFile": environment.first().map(|(_, value)| value),
        "serviceConnectionString": hub.service_connection_string(),
        "dpsIdScope": hub.dps_id_scope(),
        "dpsGroupKey": hub.dps_group_key(),
        "env": variables.collect::<serde_json::Map<_, _>>(),
    })
}
