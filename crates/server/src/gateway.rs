//! `commonhold gateway`: the door of a web application, as a configuration file says.
//!
//! In: the file. Out: a running gateway, or what is wrong with the file. Invariant: it starts while the provider and the
//! environments are away, and never with a policy that was not read and validated.

mod check;
mod file;
mod secret;

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, bail};
use gateway::{Cases, Gateway, Outcome};

use crate::{
    cli::{GatewayArguments, GatewayCommand},
    output,
    serve::{self, Listener, Routing},
    stop, tls,
};

use check::Settings;

/// Runs the command.
pub(crate) async fn run(arguments: GatewayArguments) -> anyhow::Result<()> {
    match (arguments.command, arguments.config) {
        (Some(GatewayCommand::Test(options)), _) => test(&options.config),
        (None, Some(config)) => start(&config).await,
        (None, None) => bail!("name the configuration file with --config"),
    }
}

async fn start(path: &Path) -> anyhow::Result<()> {
    let settings = check::read(path)?;
    let stop = stop::signal()?;
    let acceptor = settings.tls.as_ref().map(tls::acceptor).transpose()?;
    let origin = settings.gateway.origin.clone();
    let gateway = Gateway::new(settings.gateway).with_context(|| format!("in `{}`", path.display()))?;
    let socket = serve::bind(settings.address).await?;
    let address = socket.local_addr()?;
    let admin = match settings.admin {
        Some(address) => {
            let socket = serve::bind(address).await?;
            let routing = Routing::to_one(gateway.admin_router(), &format!("http://{address}"));
            Some((Listener::new(socket, &format!("http://{address}")), Arc::new(routing)))
        }
        None => None,
    };
    output::line(&format!("The gateway serves {origin} on {address}."));
    let routing = Arc::new(Routing::to_one(gateway.whole_router(), &origin));
    let serving = serve::run(vec![Listener::new(socket, &origin)], acceptor, routing, stop.clone());
    match admin {
        Some((listener, routing)) => {
            tokio::join!(serving, serve::run(vec![listener], None, routing, stop));
        }
        None => serving.await,
    }
    Ok(())
}

/// `commonhold gateway test`
fn test(path: &Path) -> anyhow::Result<()> {
    let Settings { gateway, tests, .. } = check::read(path)?;
    let Some(tests) = tests else {
        bail!(
            "`{}` names no file of expected decisions; write `tests` under `[policy]`",
            path.display()
        );
    };
    let text = std::fs::read_to_string(&tests).with_context(|| format!("reading `{}`", tests.display()))?;
    let cases = Cases::parse(&text).with_context(|| format!("in `{}`", tests.display()))?;
    let outcomes = cases.run(&gateway.surface, &gateway.policy);
    let failed = outcomes.iter().filter(|outcome| outcome.verdict.is_err()).count();
    for outcome in &outcomes {
        tell(outcome);
    }
    if failed > 0 {
        bail!("{failed} of {} decisions are not as expected", outcomes.len());
    }
    output::line(&format!("{} decisions are as expected.", outcomes.len()));
    Ok(())
}

fn tell(outcome: &Outcome) {
    let Err(why) = &outcome.verdict else { return };
    output::line(&format!("{}: {why}", outcome.name));
    for decided in &outcome.decided {
        output::line(&format!("    {decided}"));
    }
}
