//! The memory transport and the client that pumps it, against a hub of thirty lines.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use pnp_runtime::memory::{LinkDown, MemoryTransport, Peer};
use pnp_runtime::{Action, Client, ConnectOptions, Device, Event, Instant, Notice, Transport};

use crate::model::App;
use crate::model::controller::Controller;
use crate::model::thermostat;

#[derive(Debug, Default)]
struct Hub {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<Event>,
    models: Vec<Option<String>>,
    reported: Vec<String>,
}

impl Peer for Hub {
    fn connect(&self, options: &ConnectOptions) {
        let mut state = self.state.lock().unwrap();
        state.models.push(options.model_id.clone());
        state.events.push_back(Event::Connected {
            session_present: false,
        });
    }

    fn disconnect(&self) {
        let mut state = self.state.lock().unwrap();
        state.events.push_back(Event::Disconnected);
    }

    fn deliver(&self, action: Action) {
        let mut state = self.state.lock().unwrap();
        let event = match action {
            Action::GetTwin { rid } => Event::Twin {
                rid,
                status: 200,
                body: br#"{"desired":{"interval":5,"$version":2},"reported":{}}"#.to_vec(),
            },
            Action::PatchReported { rid, body } => {
                state.reported.push(String::from_utf8(body).unwrap());
                Event::Reported {
                    rid,
                    status: 204,
                    version: Some(2),
                    body: Vec::new(),
                }
            }
            Action::Telemetry { id, .. } => Event::TelemetryAccepted { id },
            _ => return,
        };
        state.events.push_back(event);
    }

    fn next_event(&self) -> Option<Event> {
        self.state.lock().unwrap().events.pop_front()
    }
}

#[test]
fn a_client_lives_on_a_hub_in_the_same_process() {
    let hub = Arc::new(Hub::default());
    let mut client: Client<_, Controller> = Client::new(MemoryTransport::new(hub.clone()));
    let mut app = App::default();
    let now = Instant::from_millis(0);
    client.pump(now, &mut app).unwrap();
    assert_eq!(app.interval, None);

    client
        .transport()
        .connect(&Device::<Controller>::connect_options());
    let telemetry = thermostat::Telemetry {
        temperature: Some(21.0),
        humidity: None,
    };
    let id = client
        .device()
        .telemetry(Controller::thermostat1(), &telemetry)
        .unwrap();
    client.pump(now, &mut app).unwrap();
    assert_eq!(app.interval, Some(5));
    let notices: Vec<_> = std::iter::from_fn(|| client.device().poll_notice()).collect();
    assert!(notices.contains(&Notice::Synchronised { version: 2 }));
    assert!(notices.contains(&Notice::TelemetryAccepted { id }));
    let state = hub.state.lock().unwrap();
    assert_eq!(
        state.models,
        [Some("dtmi:com:example:TemperatureController;1".to_owned())]
    );
    assert_eq!(
        state.reported,
        [r#"{"interval":{"value":5,"ac":200,"av":2}}"#]
    );
}

#[test]
fn nothing_can_be_sent_over_a_link_that_is_down() {
    let mut transport = MemoryTransport::new(Arc::new(Hub::default()));
    assert_eq!(transport.send(Action::Subscribe), Err(LinkDown));
    transport.connect(&ConnectOptions::default());
    transport.poll().unwrap();
    assert_eq!(transport.send(Action::Subscribe), Ok(()));
    transport.disconnect();
    transport.poll().unwrap();
    assert_eq!(transport.send(Action::Subscribe), Err(LinkDown));
}
