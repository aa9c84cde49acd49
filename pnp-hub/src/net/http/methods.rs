//! Direct methods, and commands of digital twins, which are direct methods under another name.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::shared::Shared;
use super::call::Call;
use super::reply::Reply;
use crate::engine::error::HubError;
use crate::engine::identity::Identity;
use crate::engine::message::{MethodCall, MethodResult, Request, Response};

pub(super) async fn invoke(
    shared: &Shared,
    call: &Call,
    identity: Identity,
) -> Result<Reply, HubError> {
    let body = call.json()?;
    let name = body.get("methodName").and_then(Value::as_str);
    let name = name.ok_or_else(|| HubError::invalid("the body has no methodName"))?;
    let mut method = MethodCall::new(identity, name);
    method.payload = body.get("payload").cloned();
    let seconds = |name| match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64() {
            Some(seconds) => Ok(Some(Duration::from_secs(seconds))),
            None => Err(HubError::invalid(format!("{name} must be a whole number"))),
        },
    };
    set_timeouts(
        &mut method,
        seconds("connectTimeoutInSeconds")?,
        seconds("responseTimeoutInSeconds")?,
    );
    let result = run(shared, method).await?;
    Ok(Reply::json(
        json!({ "status": result.status, "payload": result.payload }),
    ))
}

pub(super) async fn command(
    shared: &Shared,
    call: &Call,
    identity: Identity,
    component: Option<&str>,
    command: &str,
) -> Result<Reply, HubError> {
    // A command of a component is `component*command` on the wire (`iot-hub` 1.6).
    let name = match component {
        Some(component) => format!("{component}*{command}"),
        None => command.to_owned(),
    };
    let mut method = MethodCall::new(identity, name);
    method.payload = call.optional_json()?;
    set_timeouts(
        &mut method,
        call.seconds("connectTimeoutInSeconds")?,
        call.seconds("responseTimeoutInSeconds")?,
    );
    let result = run(shared, method).await?;
    let request_id = call.header("x-ms-client-request-id").unwrap_or_default();
    Ok(Reply::json(result.payload)
        .header("x-ms-command-statuscode", result.status.to_string())
        .header("x-ms-request-id", request_id))
}

fn set_timeouts(method: &mut MethodCall, connect: Option<Duration>, response: Option<Duration>) {
    if let Some(connect) = connect {
        method.connect_timeout = connect;
    }
    // Node sends 0 where its caller says nothing.
    if let Some(response) = response.filter(|response| !response.is_zero()) {
        method.response_timeout = response;
    }
}

async fn run(shared: &Shared, method: MethodCall) -> Result<MethodResult, HubError> {
    let call = Request::InvokeMethod(method);
    let Response::Method(result) = shared.core.call(call).await? else {
        return Err(unexpected());
    };
    Ok(result)
}

/// The engine's mistake, told rather than panicked about.
pub(super) fn unexpected() -> HubError {
    HubError::internal("the response belongs to another kind of request")
}
