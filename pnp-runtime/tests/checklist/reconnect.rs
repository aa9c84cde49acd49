use pnp_runtime::{Ack, Action, Component, Event, Notice, Reason};
use serde_json::json;

use crate::bench::Bench;
use crate::model::Answer;
use crate::model::controller::{self, Controller};

#[test]
fn c42_every_link_subscribes_and_reads_again_session_or_not() {
    let mut bench = Bench::ready();
    for session_present in [false, true] {
        bench.handle(Event::Disconnected);
        assert!(bench.actions().is_empty());
        bench.handle(Event::Connected { session_present });
        let actions = bench.actions();
        assert!(
            matches!(
                actions.as_slice(),
                [Action::Subscribe, Action::GetTwin { .. }]
            ),
            "{actions:?}"
        );
    }
}

#[test]
fn c42_a_change_that_happened_offline_is_handled() {
    let mut bench = Bench::ready();
    bench.handle(Event::Disconnected);
    bench.start(json!({"interval": 5, "$version": 2}), json!({}));
    assert_eq!(
        bench.app.calls,
        [("interval", "5".to_owned(), 2, Reason::Startup)]
    );
}

#[test]
fn a_value_that_was_removed_offline_is_told() {
    let mut bench = Bench::ready();
    bench.patch(json!({"interval": 5, "$version": 2}));
    bench.settle();
    bench.app.calls.clear();
    bench.handle(Event::Disconnected);
    bench.start(
        json!({"$version": 3}),
        json!({"interval": {"value": 5, "ac": 200, "av": 2}}),
    );
    assert_eq!(
        bench.app.calls,
        [("interval", "removed".to_owned(), 3, Reason::Startup)]
    );
}

#[test]
fn what_the_handler_knows_already_is_not_handed_over_again() {
    let mut bench = Bench::ready();
    bench.patch(json!({"interval": 5, "$version": 2}));
    bench.settle();
    bench.app.calls.clear();
    bench.handle(Event::Disconnected);
    bench.start(
        json!({"interval": 5, "$version": 2}),
        json!({"interval": {"value": 5, "ac": 200, "av": 2}}),
    );
    assert!(bench.app.calls.is_empty());
    assert!(bench.updates().is_empty());
}

#[test]
fn an_acknowledgement_whose_answer_was_lost_goes_out_again_and_the_handler_is_not_asked_twice() {
    let mut bench = Bench::ready();
    bench.patch(json!({"interval": 5, "$version": 2}));
    assert_eq!(bench.update()["interval"]["av"], 2);
    bench.app.calls.clear();
    bench.handle(Event::Disconnected);
    bench.connect();
    assert!(bench.updates().is_empty(), "not before the twin is known");
    bench.answer_read(json!({"interval": 5, "$version": 2}), json!({}));
    assert!(bench.app.calls.is_empty());
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 5, "ac": 200, "av": 2}})]
    );
}

#[test]
fn c34_work_in_progress_survives_a_lost_link() {
    let mut bench = Bench::ready();
    bench.app.answer = Some(Answer::Pending);
    bench.patch(json!({"interval": 5, "$version": 2}));
    bench.settle();
    bench.app.calls.clear();
    bench.handle(Event::Disconnected);
    bench.start(
        json!({"interval": 5, "$version": 2}),
        json!({"interval": {"value": 0, "ac": 202, "av": 2}}),
    );
    assert!(bench.app.calls.is_empty(), "it works on it still");
    let root = Component::<Controller, Controller>::root();
    let ack = Ack::accepted(5);
    bench
        .device
        .complete(root, "interval", 2, ack, &mut bench.app)
        .unwrap();
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 5, "ac": 200, "av": 2}})]
    );
}

#[test]
fn an_acknowledgement_that_a_newer_value_overtook_offline_is_never_sent() {
    let mut bench = Bench::ready();
    bench.patch(json!({"interval": 5, "$version": 2}));
    bench.update();
    bench.handle(Event::Disconnected);
    bench.start(json!({"interval": 6, "$version": 3}), json!({}));
    assert_eq!(
        bench.settle(),
        [json!({"interval": {"value": 6, "ac": 200, "av": 3}})]
    );
}

#[test]
fn what_was_reported_offline_goes_out_on_the_next_link() {
    let mut bench = Bench::ready();
    bench.handle(Event::Disconnected);
    for number in ["1", "2"] {
        let properties = controller::Properties {
            serial_number: Some(number.to_owned()),
            ..controller::Properties::default()
        };
        bench.device.report(Component::root(), &properties).unwrap();
    }
    bench.start(json!({"$version": 1}), json!({}));
    assert_eq!(bench.settle(), [json!({"serialNumber": "2"})]);
}

#[test]
fn what_arrives_without_a_link_is_ignored() {
    let mut bench = Bench::ready();
    bench.handle(Event::Disconnected);
    bench.notices();
    bench.patch(json!({"interval": 5, "$version": 2}));
    assert!(bench.replies("1", "reboot", b"1").is_empty());
    assert!(bench.app.calls.is_empty() && bench.app.rebooted.is_empty());
    assert!(!bench.notices().contains(&Notice::Connected));
}
