//! Prints what passes between device, hub and back end.

use std::cell::Cell;
use std::rc::Rc;

use pnp_runtime::jiff::Timestamp;
use pnp_runtime::memory::MemoryTransport;
use pnp_runtime::{Action, ConnectOptions, Event, Transport};

/// Prints lines with the seconds since the start. Clones share their clock.
#[derive(Clone, Debug)]
pub struct Timeline {
    start: Timestamp,
    now: Rc<Cell<Timestamp>>,
    begun: Rc<Cell<bool>>,
}

impl Timeline {
    /// A timeline that starts now.
    pub fn new(now: Timestamp) -> Self {
        Self {
            start: now,
            now: Rc::new(Cell::new(now)),
            begun: Rc::default(),
        }
    }

    /// Whether there was a headline.
    pub fn has_begun(&self) -> bool {
        self.begun.get()
    }

    /// Sets the time of the lines that follow.
    pub fn at(&self, now: Timestamp) {
        self.now.set(now);
    }

    /// Prints a headline.
    pub fn chapter(&self, title: &str, now: Timestamp) {
        if self.begun.replace(true) {
            println!();
        }
        self.at(now);
        println!("{title}");
    }

    /// Prints what the back end does or gets.
    pub fn back_end(&self, text: &str, now: Timestamp) {
        self.at(now);
        self.line("back end", text);
    }

    fn line(&self, who: &str, text: &str) {
        let elapsed = self.now.get().duration_since(self.start).as_secs();
        println!("{elapsed:4} s  {who:<9} {text}");
    }
}

/// A transport that prints what goes through it: the seam where any other transport would sit.
#[derive(Debug)]
pub struct Tap<T> {
    link: T,
    timeline: Timeline,
}

impl<T> Tap<T> {
    /// Prints the traffic of `link` on `timeline`.
    pub fn new(link: T, timeline: Timeline) -> Self {
        Self { link, timeline }
    }
}

impl Tap<MemoryTransport> {
    /// Opens the link.
    pub fn connect(&mut self, options: &ConnectOptions) {
        let model = options.model_id.as_deref().unwrap_or("none");
        self.timeline
            .line("device", &format!("connects with model ID {model}"));
        self.link.connect(options);
    }
}

impl<T: Transport> Transport for Tap<T> {
    type Error = T::Error;

    fn send(&mut self, action: Action) -> Result<(), Self::Error> {
        let text = match &action {
            Action::Subscribe => "subscribes to twin and methods".to_owned(),
            Action::GetTwin { .. } => "reads its twin".to_owned(),
            Action::PatchReported { body, .. } => format!("reports {}", text(body)),
            Action::Respond { status, body, .. } => format!("answers {status} {}", text(body)),
            Action::Telemetry {
                component, body, ..
            } => match component {
                Some(component) => format!("sends {} from {component}", text(body)),
                None => format!("sends {}", text(body)),
            },
            other => format!("{other:?}"),
        };
        self.timeline.line("device", text.trim_end());
        self.link.send(action)
    }

    fn poll(&mut self) -> Result<Option<Event>, Self::Error> {
        let event = self.link.poll()?;
        let text = match &event {
            Some(Event::Twin { body, .. }) => format!("sends the twin {}", text(body)),
            Some(Event::Desired { body, .. }) => format!("passes on {}", text(body)),
            Some(Event::Method { name, body, .. }) => format!("invokes {name} {}", text(body)),
            Some(Event::Reported {
                status,
                version: Some(version),
                ..
            }) => {
                format!("answers {status}, reported version {version}")
            }
            Some(Event::Reported { status, body, .. }) => {
                format!("answers {status} {}", text(body))
            }
            // Confirmations say nothing new to a reader.
            _ => return Ok(event),
        };
        self.timeline.line("hub", &text);
        Ok(event)
    }
}

fn text(body: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(body)
}
