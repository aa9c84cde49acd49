//! `pnp hub`: the local hub on its ports, until it is stopped.

use std::io::{self, Write};

use pnp_hub::net::{Durability, Log, ServerOptions, serve};

use crate::args::{self, Hub};
use crate::output::{Exit, complain, say};

pub(crate) fn run(args: &Hub) -> io::Result<Exit> {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("the hub's threads could not be started: {error}"));
            return Ok(Exit::Io);
        }
    };
    runtime.block_on(async {
        let mut hub = match serve(options(args)).await {
            Ok(hub) => hub,
            Err(error) => {
                complain(&error.to_string());
                return Ok(Exit::Io);
            }
        };
        writeln!(io::stdout(), "{:#}", hub.ready())?;
        hub.run().await;
        Ok(Exit::Fine)
    })
}

fn options(args: &Hub) -> ServerOptions {
    let mut options = ServerOptions::default();
    options.data.clone_from(&args.data);
    options.seed.clone_from(&args.seed);
    options.ready_file.clone_from(&args.ready_file);
    options.durability = match args.durability {
        args::Durability::Process => Durability::Process,
        args::Durability::Power => Durability::Power,
    };
    if !args.mqtt.is_empty() {
        options.mqtt.clone_from(&args.mqtt);
    }
    if !args.https.is_empty() {
        options.https.clone_from(&args.https);
    }
    options.log = Log::new(|line| say(&format!("{line}\n")));
    options
}
