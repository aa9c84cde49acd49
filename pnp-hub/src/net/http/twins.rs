//! Twins and queries.

use serde_json::Value;

use super::super::shared::Shared;
use super::call::Call;
use super::reply::Reply;
use crate::engine::error::HubError;
use crate::engine::identity::Identity;
use crate::engine::message::{Request, Response};
use crate::query::{MAX_PAGE, Query};

/// Rows of a page where the request asks for no number. \[I\]
const DEFAULT_PAGE: u64 = 100;

pub(super) fn get(shared: &Shared, identity: &Identity) -> Result<Reply, HubError> {
    Ok(twin(shared.core.read(|engine| engine.twin(identity))?))
}

pub(super) async fn update(
    shared: &Shared,
    call: &Call,
    identity: Identity,
) -> Result<Reply, HubError> {
    let request = Request::UpdateTwin {
        identity,
        patch: call.json()?,
        if_match: call.if_match().unwrap_or_default(),
    };
    written(shared.core.call(request).await?)
}

pub(super) async fn replace(
    shared: &Shared,
    call: &Call,
    identity: Identity,
) -> Result<Reply, HubError> {
    let request = Request::ReplaceTwin {
        identity,
        twin: call.json()?,
        if_match: call.if_match().unwrap_or_default(),
    };
    written(shared.core.call(request).await?)
}

pub(super) fn query(shared: &Shared, call: &Call) -> Result<Reply, HubError> {
    let body = call.json()?;
    let text = body.get("query").and_then(Value::as_str);
    let text = text.ok_or_else(|| HubError::invalid("the body must be {\"query\":\"…\"}"))?;
    let query = Query::parse(text)?;
    let size = match call.header("x-ms-max-item-count") {
        None => Some(DEFAULT_PAGE),
        Some(size) => size.trim().parse::<u64>().ok(),
    };
    let size = size
        .and_then(|size| usize::try_from(size).ok())
        .ok_or_else(|| HubError::invalid("x-ms-max-item-count must be a number"))?;
    // Node sends an empty continuation for the first page.
    let continuation = call
        .header("x-ms-continuation")
        .filter(|continuation| !continuation.is_empty());
    let size = size.min(MAX_PAGE);
    let page = shared
        .core
        .read(|engine| engine.query(&query, size, continuation))?;
    let reply =
        Reply::json(Value::Array(page.items)).header("x-ms-item-type", page.item_type.name());
    Ok(match page.continuation {
        Some(continuation) => reply.header("x-ms-continuation", continuation),
        None => reply,
    })
}

fn written(response: Response) -> Result<Reply, HubError> {
    let Response::Twin(written) = response else {
        return Err(super::methods::unexpected());
    };
    Ok(twin(written))
}

fn twin(twin: Value) -> Reply {
    let etag = twin.get("etag").and_then(Value::as_str).map(str::to_owned);
    Reply::json(twin).etag(&etag.unwrap_or_default())
}
