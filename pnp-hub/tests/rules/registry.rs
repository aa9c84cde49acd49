//! Identities: creating, changing, removing them (1.2, 1.13, 2).

use std::time::Duration;

use pnp_hub::{
    Authentication, ErrorCode, Hub, HubOptions, Identity, IdentityUpdate, IfMatch, NewIdentity,
    Source, Status,
};
use pnp_runtime::transport::Event;

use crate::device::{Device, connected, hub, thermostat};

fn status(status: Status) -> IdentityUpdate {
    IdentityUpdate {
        status: Some(status),
        ..IdentityUpdate::default()
    }
}

#[test]
fn a_device_is_created_once() {
    let (hub, _) = hub();
    let error = hub.create_device("d").unwrap_err();
    assert_eq!(
        (error.code(), error.http_status()),
        (ErrorCode::DeviceAlreadyExists, 409)
    );
    assert_eq!(error.code().number(), 409_001);
    // Ids are case-sensitive.
    assert!(hub.create_device("D").is_ok());
}

#[test]
fn a_module_needs_its_device_and_is_created_once() {
    let (hub, _) = hub();
    assert_eq!(
        hub.create_module("nobody", "m").unwrap_err().code(),
        ErrorCode::DeviceNotFound
    );
    hub.create_module("d", "m").unwrap();
    let error = hub.create_module("d", "m").unwrap_err();
    assert_eq!(error.code(), ErrorCode::ModuleAlreadyExistsOnDevice);
    assert_eq!((error.code().number(), error.http_status()), (409_301, 409));
}

#[test]
fn a_device_has_at_most_50_modules() {
    let (hub, _) = hub();
    for n in 0..50 {
        hub.create_module("d", format!("m{n}")).unwrap();
    }
    let error = hub.create_module("d", "one-more").unwrap_err();
    assert_eq!(
        (error.code(), error.http_status()),
        (ErrorCode::IotHubQuotaExceeded, 403)
    );
    // Another device's modules don't count.
    hub.create_device("d-2").unwrap();
    assert!(hub.create_module("d-2", "m").is_ok());
}

#[test]
fn an_impossible_id_is_refused() {
    let hub = Hub::default();
    for id in ["", "a b", "a/b", "ä"] {
        assert_eq!(
            hub.create_device(id).unwrap_err().code(),
            ErrorCode::ArgumentInvalid,
            "{id:?}"
        );
    }
}

#[test]
fn keys_that_are_not_given_are_generated_and_follow_from_the_seed() {
    let keys = |seed| {
        let hub = Hub::new(HubOptions {
            seed,
            ..HubOptions::default()
        });
        let identity = hub.create_device("d").unwrap();
        hub.identity(&identity).unwrap().authentication
    };
    assert_eq!(keys(1), keys(1));
    assert_ne!(keys(1), keys(2));
    let Authentication::Sas {
        primary_key,
        secondary_key,
    } = keys(1)
    else {
        panic!("generated keys are for tokens");
    };
    assert_ne!(primary_key, secondary_key);
    assert_eq!(primary_key.len(), 44);
}

#[test]
fn keys_that_are_given_are_kept() {
    let hub = Hub::default();
    let new = NewIdentity {
        authentication: Some(Authentication::Sas {
            primary_key: "cHJpbWFyeQ==".into(),
            secondary_key: String::new(),
        }),
        ..NewIdentity::new(Identity::device("d"))
    };
    let Authentication::Sas {
        primary_key,
        secondary_key,
    } = hub.create(new).unwrap().authentication
    else {
        panic!("keys are for tokens");
    };
    assert_eq!(
        (primary_key.as_str(), secondary_key.len()),
        ("cHJpbWFyeQ==", 44)
    );
}

#[test]
fn a_device_that_is_created_again_has_another_generation() {
    let (hub, identity) = hub();
    let first = hub.identity(&identity).unwrap();
    hub.delete(&identity, IfMatch::Any).unwrap();
    assert_eq!(
        hub.identity(&identity).unwrap_err().code(),
        ErrorCode::DeviceNotFound
    );
    hub.create_device("d").unwrap();
    let second = hub.identity(&identity).unwrap();
    assert_ne!(first.generation_id, second.generation_id);
    assert_eq!(hub.twin(&identity).unwrap()["version"], 2);
}

#[test]
fn changes_and_removal_are_conditional_on_the_etag() {
    let (hub, identity) = hub();
    let old = IfMatch::Etag(hub.identity(&identity).unwrap().etag);
    let changed = hub
        .update_identity(&identity, IdentityUpdate::default(), old.clone())
        .unwrap();
    let error = hub
        .update_identity(&identity, IdentityUpdate::default(), old.clone())
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::PreconditionFailed);
    assert_eq!(
        hub.delete(&identity, old).unwrap_err().code(),
        ErrorCode::PreconditionFailed
    );
    hub.delete(&identity, IfMatch::Etag(changed.etag)).unwrap();
}

#[test]
fn a_disabled_device_loses_its_link_and_gets_none_nor_do_its_modules() {
    let (hub, identity, mut device) = connected();
    let module = hub.create_module("d", "m").unwrap();
    let mut on_module = Device::connect(&hub, &module);
    hub.advance(Duration::from_secs(3));
    let record = hub
        .update_identity(&identity, status(Status::Disabled), IfMatch::Any)
        .unwrap();
    assert_eq!((record.status, record.connected), (Status::Disabled, false));
    assert_eq!(record.status_updated, Some(hub.now()));
    assert_eq!(device.drain(), [Event::Disconnected]);
    assert_eq!(on_module.drain(), [Event::Disconnected]);
    for identity in [&identity, &module] {
        let error = hub.connect(identity, &thermostat()).unwrap_err();
        assert_eq!(
            (error.code(), error.code().number()),
            (ErrorCode::DeviceDisabled, 403_012)
        );
    }
    assert_eq!(hub.twin(&identity).unwrap()["status"], "disabled");
    hub.update_identity(&identity, status(Status::Enabled), IfMatch::Any)
        .unwrap();
    assert!(hub.connect(&module, &thermostat()).is_ok());
}

#[test]
fn an_unknown_device_cannot_connect() {
    let (hub, _) = hub();
    let error = hub.connect(&Identity::device("nobody"), &thermostat());
    assert_eq!(error.unwrap_err().code(), ErrorCode::DeviceNotFound);
    let error = hub.connect(&Identity::module("d", "nothing"), &thermostat());
    assert_eq!(error.unwrap_err().code(), ErrorCode::ModuleNotFound);
}

#[test]
fn removing_a_device_removes_its_modules_and_drops_their_links() {
    let (hub, identity, mut device) = connected();
    let module = hub.create_module("d", "m").unwrap();
    let similar = hub.create_device("d-2").unwrap();
    let mut on_module = Device::connect(&hub, &module);
    hub.delete(&identity, IfMatch::Any).unwrap();
    assert_eq!(device.drain(), [Event::Disconnected]);
    assert_eq!(on_module.drain(), [Event::Disconnected]);
    assert!(hub.twin(&identity).is_err() && hub.twin(&module).is_err());
    assert!(hub.twin(&similar).is_ok());
    let filter = pnp_hub::EventFilter::default().source(Source::DeviceLifecycle);
    let operations: Vec<_> = hub
        .events(0, &filter)
        .into_iter()
        .map(|event| event.application_properties["opType"].clone())
        .collect();
    assert_eq!(
        operations,
        [
            "createDeviceIdentity",
            "createModuleIdentity",
            "createDeviceIdentity",
            "deleteModuleIdentity",
            "deleteDeviceIdentity",
        ]
    );
}
