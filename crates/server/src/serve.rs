//! Connections: taken, decrypted, and handed to the part of the program that answers.
//!
//! In: listening sockets and the routers of the authority and of each environment. Out: answers, until the program is
//! told to stop. Invariant: a stop lets requests that have begun end, within a bound.

mod client_address;
pub(crate) mod in_process;

use std::{
    collections::HashMap, convert::Infallible, net::SocketAddr, path::Path, pin::pin, sync::Arc, time::Duration,
};

use anyhow::Context as _;
use authority::PeerCertificate;
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, Uri, header, uri::PathAndQuery},
    response::{IntoResponse as _, Response},
};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use rustls::pki_types::CertificateDer;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::{
    config::{self, TrustedProxies},
    origins::{self, Origins, Target},
    output, stop, system, tls, upkeep,
};

/// A client that does not finish its TLS handshake or its headers is let go after so long.
const PATIENCE: Duration = Duration::from_secs(15);
/// Requests that have begun when the program is told to stop may take so long to end.
const FAREWELL: Duration = Duration::from_secs(10);

/// Who answers what.
pub(crate) struct Routing {
    /// Which target a host names.
    pub(crate) origins: Origins,
    /// The authority's routes.
    pub(crate) authority: Router,
    /// The routes of each environment, by its name.
    pub(crate) environments: HashMap<String, Router>,
    /// Whose word is believed about where a request comes from.
    pub(crate) proxies: TrustedProxies,
}

impl Routing {
    /// One router for every host, at an origin. No proxy is believed: nothing behind it asks for the address.
    pub(crate) fn to_one(router: Router, origin: &str) -> Self {
        let mut origins = Origins::default();
        origins.add(origin, &Target::Authority);
        Self {
            origins,
            authority: router,
            environments: HashMap::new(),
            proxies: TrustedProxies::default(),
        }
    }

    fn router(&self, target: &Target) -> Option<&Router> {
        match target {
            Target::Authority => Some(&self.authority),
            Target::Environment(name) => self.environments.get(name),
        }
    }
}

/// A socket that is bound, and the host of the origin that it stands for.
pub(crate) struct Listener {
    /// The socket.
    pub(crate) socket: TcpListener,
    /// `localhost:8444`
    pub(crate) default_host: String,
}

impl Listener {
    /// A socket for an origin such as `https://localhost:8444`.
    pub(crate) fn new(socket: TcpListener, origin: &str) -> Self {
        Self {
            socket,
            default_host: origins::host(origin).to_owned(),
        }
    }
}

/// `commonhold serve`: runs as a configuration file says, until the program is told to stop.
pub(crate) async fn with_config(path: &Path) -> anyhow::Result<()> {
    let settings = config::read(path)?;
    let tls = settings.tls.as_ref().map(tls::acceptor).transpose()?;
    let socket = bind(settings.listener.address).await?;
    let stop = stop::signal()?;
    let system = system::start(&settings).await?;
    output::line(&format!(
        "Commonhold serves {} on {}.",
        settings.origin, settings.listener.address
    ));
    upkeep::start(system.authority.clone(), settings.sign_in_retention_days, stop.clone());
    run(vec![Listener::new(socket, &settings.origin)], tls, system.routing, stop).await;
    Ok(())
}

/// Binds a socket.
pub(crate) async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("listening on {address}; choose another address with --listen"))
}

/// Serves until `stop` changes.
pub(crate) async fn run(
    listeners: Vec<Listener>,
    tls: Option<TlsAcceptor>,
    routing: Arc<Routing>,
    stop: watch::Receiver<()>,
) {
    let mut accepting = tokio::task::JoinSet::new();
    for listener in listeners {
        accepting.spawn(accept(listener, tls.clone(), Arc::clone(&routing), stop.clone()));
    }
    while accepting.join_next().await.is_some() {}
}

async fn accept(listener: Listener, tls: Option<TlsAcceptor>, routing: Arc<Routing>, mut stop: watch::Receiver<()>) {
    let open = GracefulShutdown::new();
    let default_host: Arc<str> = listener.default_host.into();
    let told = stop.clone();
    let mut stopped = pin!(stop.changed());
    loop {
        let connection = tokio::select! {
            accepted = listener.socket.accept() => accepted,
            _ = &mut stopped => break,
        };
        match connection {
            Ok((stream, peer)) => {
                let service = Service {
                    routing: Arc::clone(&routing),
                    default_host: Arc::clone(&default_host),
                    peer,
                    peer_certificate: None,
                };
                tokio::spawn(connect(stream, tls.clone(), service, open.watcher(), told.clone()));
            }
            // Out of file descriptors, most likely: the next ones need some to be given back first.
            Err(error) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                #[expect(
                    clippy::disallowed_methods,
                    reason = "no event tells that a file descriptor is free again"
                )]
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    // Refused from now on, rather than accepted by the system and never answered.
    drop(listener.socket);
    if tokio::time::timeout(FAREWELL, open.shutdown()).await.is_err() {
        tracing::warn!("requests were cut off that had not ended in time");
    }
}

async fn connect(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    service: Service,
    watcher: hyper_util::server::graceful::Watcher,
    mut stop: watch::Receiver<()>,
) {
    // Answers are small; waiting to fill a packet would only delay them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(error = %error, "no TCP_NODELAY");
    }
    let Some(tls) = tls else {
        return converse(TokioIo::new(stream), service, watcher).await;
    };
    let handshake = tokio::select! {
        ended = tokio::time::timeout(PATIENCE, tls.accept(stream)) => ended,
        // Nothing has been asked yet: nobody waits for an answer.
        _ = stop.changed() => return,
    };
    match handshake {
        Ok(Ok(stream)) => {
            let service = service.with_certificate(stream.get_ref().1.peer_certificates());
            converse(TokioIo::new(stream), service, watcher).await;
        }
        Ok(Err(error)) => tracing::debug!(error = %error, "a TLS handshake failed"),
        Err(_elapsed) => tracing::debug!("a TLS handshake took too long"),
    }
}

async fn converse<S>(stream: TokioIo<S>, service: Service, watcher: hyper_util::server::graceful::Watcher)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(PATIENCE));
    let service = tower::service_fn(move |request| service.clone().answer(request));
    let connection = http
        .serve_connection(stream, TowerToHyperService::new(service))
        .into_owned();
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(error = %error, "a connection ended early");
    }
}

/// What one connection needs to find who answers.
#[derive(Clone)]
struct Service {
    routing: Arc<Routing>,
    default_host: Arc<str>,
    peer: SocketAddr,
    peer_certificate: Option<PeerCertificate>,
}

impl Service {
    /// With the first of the certificates that the client showed in its handshake: its own.
    fn with_certificate(self, chain: Option<&[CertificateDer<'_>]>) -> Self {
        let own = chain.and_then(<[_]>::first);
        let peer_certificate = own.map(|certificate| PeerCertificate::proved_by_handshake(certificate));
        Self {
            peer_certificate,
            ..self
        }
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response, Infallible> {
        let mut request = request.map(Body::new);
        let host = request.uri().authority().map(ToString::to_string).or_else(|| {
            let value = request.headers().get(header::HOST)?.to_str().ok()?;
            Some(value.to_owned())
        });
        let uri = request.uri().clone();
        let Some(route) = self
            .routing
            .origins
            .route(host.as_deref(), &self.default_host, uri.path())
        else {
            return Ok(StatusCode::MISDIRECTED_REQUEST.into_response());
        };
        let Some(router) = self.routing.router(route.target) else {
            return Ok(StatusCode::MISDIRECTED_REQUEST.into_response());
        };
        if route.path.len() != uri.path().len() {
            match within(&uri, route.path) {
                Ok(inner) => *request.uri_mut() = inner,
                Err(_not_a_path) => return Ok(StatusCode::BAD_REQUEST.into_response()),
            }
        }
        let address = client_address::of(self.peer, request.headers(), &self.routing.proxies);
        let extensions = request.extensions_mut();
        extensions.insert(data::BaseUrl(route.base_url));
        extensions.insert(address);
        if let Some(certificate) = self.peer_certificate {
            extensions.insert(certificate);
        }
        router.clone().oneshot(request).await
    }
}

/// The same URL with another path.
fn within(uri: &Uri, path: &str) -> Result<Uri, axum::http::Error> {
    let path_and_query = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path_and_query)?);
    Ok(Uri::from_parts(parts)?)
}
