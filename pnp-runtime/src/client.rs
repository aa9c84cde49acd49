//! A device and its transport, pumped together.

use crate::device::Device;
use crate::interface::Served;
use crate::session::{Instant, Options};
use crate::transport::{Event, Transport};

/// A [`Device`] that lives on a [`Transport`].
///
/// It neither blocks nor sleeps: call [`pump`](Self::pump) whenever the transport may have something,
/// after every call that queues something, and at [`Device::next_deadline`].
#[derive(Debug)]
pub struct Client<T, I> {
    transport: T,
    device: Device<I>,
}

impl<T: Transport, I: Served> Client<T, I> {
    /// A device on a transport.
    pub fn new(transport: T) -> Self {
        Self::with_options(transport, Options::default())
    }

    /// A device on a transport, with choices of your own.
    pub fn with_options(transport: T, options: Options) -> Self {
        Self {
            transport,
            device: Device::with_options(options),
        }
    }

    /// The device.
    pub fn device(&mut self) -> &mut Device<I> {
        &mut self.device
    }

    /// The transport, to open or close the link.
    pub fn transport(&mut self) -> &mut T {
        &mut self.transport
    }

    /// Carries events to the device and its actions to the transport, until both have nothing left.
    ///
    /// # Errors
    /// The transport failed. The device takes that for a lost link: what wasn't confirmed goes out
    /// again after the next [`Event::Connected`].
    pub fn pump(&mut self, now: Instant, handler: &mut I::Handler<'_>) -> Result<(), T::Error> {
        let result = self.pump_while_up(now, handler);
        if result.is_err() {
            self.device.handle(Event::Disconnected, now, handler);
        }
        result
    }

    fn pump_while_up(
        &mut self,
        now: Instant,
        handler: &mut I::Handler<'_>,
    ) -> Result<(), T::Error> {
        self.device.tick(now);
        loop {
            let event = self.transport.poll()?;
            let idle = event.is_none();
            if let Some(event) = event {
                self.device.handle(event, now, handler);
            }
            let mut acted = false;
            while let Some(action) = self.device.poll_action() {
                self.transport.send(action)?;
                acted = true;
            }
            if idle && !acted {
                return Ok(());
            }
        }
    }
}
