//! The engine alone: what its adapters rely on, and what the memory transport can't send.

use std::time::Duration;

use jiff::Timestamp;
use pnp_hub::engine::Engine;
use pnp_hub::engine::events::{Body, EventFilter};
use pnp_hub::engine::message::{
    CallId, Connect, Input, LinkId, Message, Output, Record, Request, Uplink,
};
use pnp_hub::engine::random::Seeded;
use pnp_hub::engine::reading::Reading;
use pnp_hub::engine::registry::AuthMethod;
use pnp_hub::engine::sessions::Subscriptions;
use pnp_hub::{Identity, IfMatch, MethodCall, NewIdentity};
use pnp_runtime::transport::Event;
use serde_json::json;

const LINK: LinkId = LinkId(1);

fn at(seconds: u64) -> Reading {
    Reading {
        wall: Timestamp::UNIX_EPOCH,
        monotonic: Duration::from_secs(seconds),
    }
}

fn identity() -> Identity {
    Identity::device("d")
}

fn call(engine: &mut Engine, id: u64, request: Request) -> Vec<Output> {
    let call = CallId(id);
    engine.handle(Input::Call { call, request }, at(0))
}

fn engine() -> Engine {
    let mut engine = Engine::new(100, Box::new(Seeded::new(0)));
    let new = NewIdentity::new(identity());
    call(&mut engine, 1, Request::CreateIdentity(new));
    engine
}

fn connect(engine: &mut Engine, link: LinkId, clean_session: bool) -> Vec<Output> {
    let connect = Connect {
        link,
        identity: identity(),
        model_id: None,
        clean_session,
        auth: AuthMethod::X509,
        expires_in: None,
    };
    engine.handle(Input::Connect(connect), at(0))
}

fn send(engine: &mut Engine, uplink: Uplink) -> Vec<Output> {
    engine.handle(Input::Uplink { link: LINK, uplink }, at(0))
}

/// An engine whose one device is connected and subscribed to everything.
fn online() -> Engine {
    let mut engine = engine();
    connect(&mut engine, LINK, false);
    send(&mut engine, Uplink::Subscribe(Subscriptions::RUNTIME));
    engine
}

fn reported(rid: &str) -> Uplink {
    Uplink::PatchReported {
        rid: rid.into(),
        body: br#"{"a":1}"#.to_vec(),
    }
}

#[test]
fn a_changed_record_is_named_before_anything_acknowledges_the_change() {
    let mut engine = engine();
    let outputs = connect(&mut engine, LINK, false);
    let session = Output::Changed(Record::Session(identity()));
    assert_eq!(outputs[0], session);
    assert!(matches!(
        outputs[1],
        Output::Send {
            event: Event::Connected { .. },
            ..
        }
    ));
    assert_eq!(
        send(&mut engine, Uplink::Subscribe(Subscriptions::RUNTIME)),
        [session]
    );
    let outputs = send(&mut engine, reported("r"));
    let twin = Output::Changed(Record::Twin(identity()));
    assert_eq!((outputs.len(), &outputs[0]), (2, &twin));
    let patch = Request::UpdateTwin {
        identity: identity(),
        patch: json!({ "properties": { "desired": { "a": 1 } } }),
        if_match: IfMatch::Any,
    };
    let outputs = call(&mut engine, 2, patch);
    assert_eq!((outputs.len(), &outputs[0]), (3, &twin));
    assert!(matches!(outputs[1], Output::Send { .. }));
    assert!(matches!(
        outputs[2],
        Output::Completed {
            call: CallId(2),
            ..
        }
    ));
}

#[test]
fn a_refused_write_changes_no_record() {
    let mut engine = online();
    let bad = Uplink::PatchReported {
        rid: "r".into(),
        body: b"[]".to_vec(),
    };
    let outputs = send(&mut engine, bad);
    assert!(
        matches!(outputs.as_slice(), [Output::Send { .. }]),
        "{outputs:?}"
    );
}

#[test]
fn each_subscription_counts_alone() {
    let mut engine = engine();
    connect(&mut engine, LINK, false);
    let desired = Subscriptions {
        desired: true,
        ..Subscriptions::default()
    };
    send(&mut engine, Uplink::Subscribe(desired));
    assert_eq!(engine.subscriptions(&identity()), Some(desired));
    // Done, but the device hasn't asked for answers.
    let outputs = send(&mut engine, reported("r"));
    assert_eq!(outputs, [Output::Changed(Record::Twin(identity()))]);
    assert_eq!(send(&mut engine, Uplink::GetTwin { rid: "g".into() }), []);
    send(&mut engine, Uplink::Unsubscribe(desired));
    let none = Subscriptions::default();
    assert_eq!(engine.subscriptions(&identity()), Some(none));
}

#[test]
fn a_clean_session_forgets_the_old_one_and_ends_with_its_link() {
    let mut engine = online();
    let up = |outputs: &[Output]| {
        outputs.iter().find_map(|output| match output {
            Output::Send {
                event: Event::Connected { session_present },
                ..
            } => Some(*session_present),
            _ => None,
        })
    };
    assert_eq!(up(&connect(&mut engine, LinkId(2), true)), Some(false));
    let none = Subscriptions::default();
    assert_eq!(engine.subscriptions(&identity()), Some(none));
    engine.handle(Input::Disconnected { link: LinkId(2) }, at(0));
    assert_eq!(engine.subscriptions(&identity()), None);
    assert_eq!(up(&connect(&mut engine, LinkId(3), false)), Some(false));
}

#[test]
fn nothing_is_taken_from_a_link_that_is_closed() {
    let mut engine = online();
    engine.handle(Input::Disconnected { link: LINK }, at(0));
    assert_eq!(send(&mut engine, reported("r")), []);
    assert_eq!(engine.handle(Input::Disconnected { link: LINK }, at(0)), []);
    let twin = engine.twin(&identity()).unwrap();
    assert_eq!(twin["properties"]["reported"]["$version"], 1);
}

#[test]
fn the_next_deadline_is_that_of_the_call_that_ends_first() {
    let mut engine = online();
    assert_eq!(engine.next_deadline(), None);
    for (id, seconds) in [(2, 20), (3, 10)] {
        let timeout = Duration::from_secs(seconds);
        let method = MethodCall::new(identity(), "m").response_timeout(timeout);
        call(&mut engine, id, Request::InvokeMethod(method));
    }
    assert_eq!(engine.next_deadline(), Some(Duration::from_secs(10)));
    let outputs = engine.handle(Input::Tick, at(10));
    assert!(matches!(
        outputs.as_slice(),
        [Output::Completed {
            call: CallId(3),
            result: Err(_)
        }]
    ));
    assert_eq!(engine.next_deadline(), Some(Duration::from_secs(20)));
}

#[test]
fn a_devices_own_properties_are_kept_and_cannot_pose_as_the_hubs() {
    let mut engine = online();
    let text = |text: &str| text.to_owned();
    let message = Message {
        system: [
            (text("message-id"), text("m1")),
            (text("content-type"), text("text/plain; charset=utf-8")),
            (text("iothub-connection-device-id"), text("someone-else")),
        ]
        .into(),
        application: [(text("alert"), text("yes"))].into(),
        body: b"1".to_vec(),
    };
    send(&mut engine, Uplink::Telemetry { id: 1, message });
    let event = engine.events(0, &EventFilter::default()).pop().unwrap();
    assert_eq!(event.system_properties["message-id"], "m1");
    assert_eq!(event.system_properties["iothub-connection-device-id"], "d");
    assert_eq!(event.application_properties["alert"], "yes");
    assert_eq!(
        event.body,
        Body::Bytes(b"1".to_vec()),
        "a content type of text"
    );
    assert!(event.system_properties["iothub-connection-auth-method"].contains("x509"));
}

#[test]
fn without_a_content_type_json_is_known_by_its_bytes() {
    let mut engine = online();
    for (body, json) in [(&b"{\"a\":1}"[..], true), (b"not json", false)] {
        let message = Message {
            body: body.to_vec(),
            ..Message::default()
        };
        send(&mut engine, Uplink::Telemetry { id: 1, message });
        let event = engine.events(0, &EventFilter::default()).pop().unwrap();
        assert_eq!(matches!(event.body, Body::Json(_)), json);
    }
}
