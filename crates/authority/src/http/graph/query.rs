//! The query options of a call.
//!
//! In: the raw query string. Out: [`Query`]. Invariant: an option that is not supported is refused by name, never dropped.

use odata::{Direction, Expr, PropertyPath, QueryOptions, Search, SyntaxError};
use percent_encoding::percent_decode_str;

use super::expand::{self, Expansion};
use crate::graph::GraphRefusal;

/// The most objects of one answer.
const MOST_TOP: u64 = 999;
/// How many where the caller does not say.
const DEFAULT_TOP: usize = 100;

/// The options of one call.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    /// `$filter`
    pub(crate) filter: Option<Expr>,
    /// `$search`
    pub(crate) search: Option<Search>,
    /// `$select`
    pub(crate) select: Option<Vec<String>>,
    /// `$expand`
    pub(crate) expand: Vec<Expansion>,
    /// `$top`
    pub(crate) top: usize,
    /// `$skiptoken`, where the last answer ended.
    pub(crate) skip_token: Option<String>,
    /// `$orderby=displayName`, and in which direction.
    pub(crate) by_name: Option<Direction>,
    /// `$count=true`
    pub(crate) count: bool,
    /// The options as they came, without `$skiptoken`: what the next link repeats.
    pub(crate) repeated: String,
}

/// Whether the caller takes answers that may be a moment old (`ConsistencyLevel: eventual`). Ours never are; some options
/// are given to such callers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consistency {
    /// The header came.
    Eventual,
    /// It did not.
    Strong,
}

impl Query {
    /// Reads the options of a raw query string.
    pub(crate) fn parse(unverified_query: &str, consistency: Consistency) -> Result<Self, GraphRefusal> {
        let options = QueryOptions::parse(unverified_query).map_err(refused)?;
        let search = options.search.as_ref().map(|_| "$search");
        let needs = search.or(options.count.then_some("$count"));
        if let (Some(what), Consistency::Strong) = (needs, consistency) {
            return Err(GraphRefusal::Consistency { what });
        }
        check(&options)?;
        Ok(Self {
            search: options.search,
            expand: expand::read(&options.expand)?,
            select: options.select.map(names).transpose()?,
            top: top(options.top)?,
            by_name: by_name(&options.order_by)?,
            filter: options.filter,
            skip_token: options.skip_token,
            count: options.count,
            repeated: repeated(unverified_query),
        })
    }

    /// Whether the caller selects this property by name.
    pub(crate) fn selects(&self, name: &str) -> bool {
        self.select
            .as_ref()
            .is_some_and(|names| names.iter().any(|one| one == name))
    }
}

fn check(options: &QueryOptions) -> Result<(), GraphRefusal> {
    if options.id.is_none() {
        return Ok(());
    }
    Err(GraphRefusal::Query {
        what: "The query option '$id' is not supported".to_owned(),
    })
}

fn refused(error: SyntaxError) -> GraphRefusal {
    match &error {
        SyntaxError::Unsupported { .. } | SyntaxError::UnknownOption { .. } => GraphRefusal::Query {
            what: error.to_string(),
        },
        SyntaxError::UnterminatedLiteral { .. }
        | SyntaxError::Unexpected { .. }
        | SyntaxError::InvalidLiteral { .. }
        | SyntaxError::Duplicate { .. }
        | SyntaxError::InvalidValue { .. }
        | SyntaxError::InvalidAlias { .. }
        | SyntaxError::InvalidEncoding { .. }
        | SyntaxError::EmptySegment { .. }
        | SyntaxError::MisplacedSegment { .. }
        | SyntaxError::UnusedAlias { .. }
        | SyntaxError::TooLong { .. }
        | SyntaxError::TooDeep { .. } => GraphRefusal::Syntax(error),
    }
}

fn top(top: Option<u64>) -> Result<usize, GraphRefusal> {
    match top {
        None => Ok(DEFAULT_TOP),
        Some(top @ 1..=MOST_TOP) => Ok(usize::try_from(top).unwrap_or(DEFAULT_TOP)),
        Some(top) => Err(GraphRefusal::Query {
            what: format!("Invalid page size specified: '{top}'. Must be between 1 and {MOST_TOP} inclusive"),
        }),
    }
}

fn by_name(order: &[odata::OrderBy]) -> Result<Option<Direction>, GraphRefusal> {
    match order {
        [] => Ok(None),
        [only] if matches!(only.path.segments.as_slice(), [name] if name == "displayName") => Ok(Some(only.direction)),
        _ => Err(GraphRefusal::Query {
            what: "Sorting is supported by 'displayName' only".to_owned(),
        }),
    }
}

fn names(select: Vec<PropertyPath>) -> Result<Vec<String>, GraphRefusal> {
    let name = |path: PropertyPath| match path.segments.as_slice() {
        [name] => Ok(name.clone()),
        segments => Err(GraphRefusal::Query {
            what: format!("'$select' takes no path such as '{}'", segments.join("/")),
        }),
    };
    select.into_iter().map(name).collect()
}

/// The options as they came, without the one that the next link says anew.
fn repeated(unverified_query: &str) -> String {
    let is_skip_token = |piece: &str| {
        let name = piece.split('=').next().unwrap_or_default();
        percent_decode_str(name)
            .decode_utf8()
            .is_ok_and(|name| name == "$skiptoken")
    };
    let pieces = unverified_query.split('&');
    let pieces = pieces.filter(|piece| !piece.is_empty() && !is_skip_token(piece));
    pieces.collect::<Vec<_>>().join("&")
}
