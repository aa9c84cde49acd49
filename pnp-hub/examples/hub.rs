//! The hub on its usual ports, until it is killed: `hub [--OPTION VALUE]…` with the options `data`,
//! `mqtt`, `https` (repeatable), `seed` and `ready-file`.

use std::error::Error;
use std::io::Write;
use std::net::SocketAddr;

use pnp_hub::net::{Log, ServerOptions, serve};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut options = ServerOptions::default();
    options.log = Log::new(|line| {
        // Nobody may be reading.
        let _ = writeln!(std::io::stderr(), "{line}");
    });
    let mut https: Vec<SocketAddr> = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or("an option has no value")?;
        match name.as_str() {
            "--data" => options.data = Some(value.into()),
            "--mqtt" => options.mqtt = vec![value.parse()?],
            "--https" => https.push(value.parse()?),
            "--seed" => options.seed = Some(value.into()),
            "--ready-file" => options.ready_file = Some(value.into()),
            other => return Err(format!("{other} is no option").into()),
        }
    }
    if !https.is_empty() {
        options.https = https;
    }
    let mut hub = serve(options).await?;
    writeln!(std::io::stdout(), "{:#}", hub.ready())?;
    hub.run().await;
    Ok(())
}
