//! Our own surface, `/_hub/`: what IoT Hub offers over AMQP only or not at all.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use hyper::body::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::super::core;
use super::super::shared::Shared;
use super::call::Call;
use super::methods::unexpected;
use super::reply::Reply;
use crate::engine::error::HubError;
use crate::engine::events::{EventFilter, HubEvent, Source};
use crate::engine::identity::Identity;
use crate::engine::message::{Message, Record, Request, Response};
use crate::engine::reading::stamp;

/// How many pieces of an event stream wait for a reader; the feed itself keeps the rest.
const STREAM_AHEAD: usize = 16;

pub(super) async fn answer(
    shared: &Arc<Shared>,
    call: &Call,
    path: &[&str],
) -> Result<Reply, HubError> {
    match (&call.method, path) {
        (&Method::GET, ["events"]) => events(shared, call),
        (&Method::POST, ["devices", device, "messages"]) => {
            send(shared, call, Identity::device(*device)).await
        }
        (&Method::POST, ["devices", device, "modules", module, "messages"]) => {
            send(shared, call, Identity::module(*device, *module)).await
        }
        (&Method::POST, ["faults"]) => fault(shared, call).await,
        (&Method::GET, ["clock"]) => Ok(clock(shared)),
        (&Method::POST, ["clock"]) => set_clock(shared, call),
        (&Method::GET, ["snapshot"]) => Ok(snapshot(shared)),
        (&Method::PUT, ["snapshot"]) => restore(shared, call),
        _ => Ok(Reply::problem(
            404,
            "the hub has no such path, or not with this method",
        )),
    }
}

/// The feed: what is stored as one array, or everything as it comes.
fn events(shared: &Arc<Shared>, call: &Call) -> Result<Reply, HubError> {
    let source = |name: &str| {
        let mut all = Source::ALL.into_iter();
        all.find(|source| source.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| HubError::invalid(format!("{name:?} is no source")))
    };
    let filter = EventFilter {
        device: call.parameter("device").map(str::to_owned),
        source: call.parameter("source").map(source).transpose()?,
    };
    // A reader of a stream that broke says how far it came.
    let resumed = call.header("last-event-id").and_then(|id| id.parse().ok());
    let since = resumed.or(call.number("since")?).unwrap_or(0);
    let accepts = call.header("accept").unwrap_or_default();
    if accepts.contains("application/json") {
        let stored = shared.core.read(|engine| engine.events(since, &filter));
        return Ok(Reply::json(stored.iter().map(HubEvent::to_json).collect()));
    }
    let (sender, receiver) = mpsc::channel(STREAM_AHEAD);
    tokio::spawn(follow(Arc::clone(shared), since, filter, sender));
    Ok(Reply::events(receiver))
}

/// Sends every event that the filter shows, from those that are stored to the end of the reader.
async fn follow(
    shared: Arc<Shared>,
    mut since: u64,
    filter: EventFilter,
    sender: mpsc::Sender<Bytes>,
) {
    let mut newest = shared.core.follow_events();
    // Shows a reader that the stream is open before anything has happened.
    if sender.send(Bytes::from_static(b":\n\n")).await.is_err() {
        return;
    }
    loop {
        let last = *newest.borrow_and_update();
        let events = shared.core.read(|engine| engine.events(since, &filter));
        for event in &events {
            let text = format!("id: {}\ndata: {}\n\n", event.id, event.to_json());
            if sender.send(Bytes::from(text)).await.is_err() {
                return;
            }
        }
        since = events.last().map_or(since, |event| event.id).max(last);
        tokio::select! {
            changed = newest.changed() => if changed.is_err() { return },
            () = sender.closed() => return,
        }
    }
}

/// A message to a device: `{"body":…|"bodyBase64":"…","properties":{…},"systemProperties":{…},
/// "ttlSeconds":n}`.
async fn send(shared: &Shared, call: &Call, identity: Identity) -> Result<Reply, HubError> {
    let asked = call.json()?;
    let body = match (asked.get("bodyBase64"), asked.get("body")) {
        (Some(text), _) => text
            .as_str()
            .and_then(|text| STANDARD.decode(text).ok())
            .ok_or_else(|| HubError::invalid("bodyBase64 must be base64"))?,
        (None, Some(body)) => body.to_string().into_bytes(),
        (None, None) => Vec::new(),
    };
    let message = Message {
        system: properties(&asked, "systemProperties")?,
        application: properties(&asked, "properties")?,
        body,
    };
    let ttl = asked.get("ttlSeconds").and_then(Value::as_u64);
    let request = Request::SendToDevice {
        identity,
        message,
        ttl: ttl.map(Duration::from_secs),
    };
    let Response::Queued(sequence) = shared.core.call(request).await? else {
        return Err(unexpected());
    };
    Ok(Reply::json(json!({ "sequenceNumber": sequence })).status(202))
}

fn properties(asked: &Value, name: &str) -> Result<BTreeMap<String, String>, HubError> {
    let Some(members) = asked.get(name).and_then(Value::as_object) else {
        return Ok(BTreeMap::new());
    };
    let texts = members.iter().map(|(key, value)| match value {
        Value::String(text) => Ok((key.clone(), text.clone())),
        Value::Number(_) | Value::Bool(_) => Ok((key.clone(), value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(HubError::invalid(format!("{name}.{key} must be a text")))
        }
    });
    texts.collect()
}

/// Forgets the messages that wait for a device (`DELETE /devices/{id}/commands`).
pub(super) async fn purge(shared: &Shared, identity: Identity) -> Result<Reply, HubError> {
    let device = identity.device_id().to_owned();
    let request = Request::PurgeQueue { identity };
    let Response::Purged(count) = shared.core.call(request).await? else {
        return Err(unexpected());
    };
    Ok(Reply::json(json!({
        "deviceId": device,
        "moduleId": null,
        "totalMessagesPurged": count,
    })))
}

/// `{"fault":"dropLink","deviceId":"…","moduleId":"…"?}`.
async fn fault(shared: &Shared, call: &Call) -> Result<Reply, HubError> {
    let asked = call.json()?;
    let text = |name| asked.get(name).and_then(Value::as_str);
    let (Some("dropLink"), Some(device)) = (text("fault"), text("deviceId")) else {
        return Err(HubError::invalid(
            "the faults are: dropLink, with a deviceId and perhaps a moduleId",
        ));
    };
    let identity = match text("moduleId") {
        None => Identity::device(device),
        Some(module) => Identity::module(device, module),
    };
    let request = Request::DropLink { identity };
    let Response::Dropped(dropped) = shared.core.call(request).await? else {
        return Err(unexpected());
    };
    Ok(Reply::json(json!({ "dropped": dropped })))
}

fn clock(shared: &Shared) -> Reply {
    let state = shared.core.lock();
    Reply::json(json!({
        "now": stamp(state.clock.read().wall),
        "frozen": !state.clock.is_running(),
    }))
}

/// `{"frozen":true|false?,"advanceSeconds":n?}`.
fn set_clock(shared: &Shared, call: &Call) -> Result<Reply, HubError> {
    let asked = call.json()?;
    let frozen = asked.get("frozen").and_then(Value::as_bool);
    let advance = match asked.get("advanceSeconds") {
        None => None,
        Some(seconds) => {
            let duration = seconds.as_f64().map(Duration::try_from_secs_f64);
            Some(duration.and_then(Result::ok).ok_or_else(|| {
                HubError::invalid("advanceSeconds must be a number that is not negative")
            })?)
        }
    };
    shared.core.set_clock(|clock| {
        if let Some(frozen) = frozen {
            clock.set_running(!frozen);
        }
        clock.advance(advance.unwrap_or_default());
    });
    Ok(clock(shared))
}

/// Every record of the hub.
fn snapshot(shared: &Shared) -> Reply {
    let records = shared.core.read(crate::engine::Engine::records);
    let records: Vec<Value> = records
        .into_iter()
        .map(|(record, content)| {
            let (kind, identity) = record.key();
            json!({
                "kind": kind,
                "deviceId": identity.device_id(),
                "moduleId": identity.module_id(),
                "content": content,
            })
        })
        .collect();
    Reply::json(json!({ "records": records }))
}

/// Puts the hub into the state of a snapshot: whole, or not at all.
fn restore(shared: &Shared, call: &Call) -> Result<Reply, HubError> {
    let asked = call.json()?;
    let records = asked.get("records").and_then(Value::as_array);
    let records = records.ok_or_else(|| HubError::invalid("the body has no records"))?;
    let read = |value: &Value| {
        let text = |name| value.get(name)?.as_str();
        let identity = match text("moduleId") {
            None => Identity::device(text("deviceId")?),
            Some(module) => Identity::module(text("deviceId")?, module),
        };
        let record = Record::from_key(text("kind")?, identity)?;
        Some((record, value.get("content")?.clone()))
    };
    let mut records = records
        .iter()
        .map(read)
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| HubError::invalid("a record of the snapshot is none"))?;
    records.sort_by(|(left, _), (right, _)| left.cmp(right));
    core::replace(&shared.core, &records)?;
    Ok(Reply::empty(204))
}
