//! A device whose hub the provisioning service assigns.

use std::time::Duration;

use pnp_mqtt::packet::RefusalCode;
use pnp_runtime::Component;
use pnp_runtime::mqtt::{Config, Identity, connect};
use pnp_runtime::sas::{Key, Token};
use tokio::time::timeout;

use super::server::{Server, quick};
use crate::thermostat::{Heater, Reading, Thermostat};

const PATIENCE: Duration = Duration::from_secs(20);

fn config(server: &Server) -> Config {
    let group = Key::from_bytes(b"group secret");
    Config::provisioned("0ne1", "reg-1", Some(group.of_group_member("reg-1")))
        .with_provisioning_host("localhost")
        .with_provisioning_payload(r#"{"site":7}"#)
        .unwrap()
        .with_port(server.port)
        .with_roots(server.authority.pem.clone())
        .with_patience(quick())
}

async fn send_one(config: Config) -> Option<Identity> {
    let (connection, runner) = connect::<Thermostat>(config).unwrap();
    let task = tokio::spawn(runner.run_owned(Heater::default(), |heater| heater));
    let reading = Reading {
        temperature: Some(1.0),
    };
    let delivered = timeout(PATIENCE, connection.telemetry(Component::root(), &reading)).await;
    delivered
        .unwrap_or_else(|_| panic!("{:?}", connection.status().borrow()))
        .unwrap();
    connection.shutdown(PATIENCE).await;
    assert_eq!(task.await.unwrap(), Ok(()));
    connection.identity()
}

#[tokio::test]
async fn a_group_member_registers_with_its_model_and_connects_to_the_hub_it_is_given() {
    let server = Server::start().await;
    let identity = send_one(config(&server)).await;
    assert_eq!(identity, Some(Identity::device("localhost", "d")));
    let hub = server.hub.lock().unwrap();
    assert_eq!(
        hub.registrations,
        [
            r#"{"registrationId":"reg-1","payload":{"modelId":"dtmi:com:example:Thermostat;1","site":7}}"#
        ]
    );
    let key = Key::from_bytes(b"group secret").of_group_member("reg-1");
    let [
        (client_id, user_name, password),
        (hub_client, _, hub_password),
    ] = hub.connects.as_slice()
    else {
        panic!("{:?}", hub.connects);
    };
    assert_eq!(client_id, "reg-1");
    assert!(user_name.starts_with("0ne1/registrations/reg-1/api-version="));
    let token = Token::parse(password).unwrap();
    assert!(token.is_signed_by(&key));
    assert_eq!(token.resource(), "0ne1/registrations/reg-1");
    assert_eq!(token.policy.as_deref(), Some("registration"));
    assert_eq!(hub_client, "d");
    assert!(Token::parse(hub_password).unwrap().is_signed_by(&key));
}

#[tokio::test]
async fn a_known_assignment_is_used_until_its_hub_refuses_the_device() {
    let server = Server::start().await;
    let known = config(&server).with_assignment(Identity::device("localhost", "d"));
    send_one(known.clone()).await;
    assert_eq!(server.hub.lock().unwrap().registrations.len(), 0);

    server.hub.lock().unwrap().refuse = vec![RefusalCode::NotAuthorized];
    send_one(known).await;
    assert_eq!(server.hub.lock().unwrap().registrations.len(), 1);
}
