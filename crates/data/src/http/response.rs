//! What is answered: rows to JSON bytes, and the headers of an answer.
//!
//! In: what a conductor found or wrote, and the request. Out: an HTTP answer. Invariant: cells go straight to bytes; no
//! tree of values is built.

use axum::{body::Body, response::Response};
use bytes::Bytes;
use db::Value;
use http::{HeaderValue, StatusCode, header};
use odata::{Cardinality, ETag, IfNoneMatch, Preferences, Projection, Return, json::Writer};

use crate::{
    catalogue::{Catalogue, ColumnId, Table},
    compile::{ExpandView, RowView},
    http::{
        Asked,
        annotations::{self, Annotated},
        headers,
        row::{self, Rows},
    },
    plan::{COUNT_LIMIT, Form, Node, Wants},
    service::{Found, Made, Written},
};

/// Bytes that a column takes in JSON, roughly: the first size of a buffer.
const CELL_BYTES: usize = 48;

/// An answer with a JSON body.
pub(super) fn json(body: Bytes) -> Response {
    with_body(headers::JSON, body)
}

/// An answer that says nothing but that it was done.
pub(super) fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// The list of entity sets, in the order of their names.
pub(super) fn service_document(catalogue: &Catalogue, root: &str) -> Response {
    let mut tables: Vec<&Table> = catalogue.tables().iter().collect();
    tables.sort_by(|one, other| one.entity_set.cmp(&other.entity_set));
    let mut writer = Writer::with_capacity(64 * tables.len());
    writer.begin_object();
    writer.name("@odata.context");
    writer.string(&format!("{root}/$metadata"));
    writer.name("value");
    writer.begin_array();
    for table in tables {
        writer.begin_object();
        for (name, value) in [
            ("name", table.entity_set.as_str()),
            ("kind", "EntitySet"),
            ("url", &table.entity_set),
        ] {
            writer.name(name);
            writer.string(value);
        }
        writer.end();
    }
    json(writer.finish())
}

/// The answer of a read.
pub(super) fn found(catalogue: &Catalogue, asked: &Asked, found: &Found) -> Response {
    let plan = found.plan();
    let rows = Rows {
        catalogue,
        root: &asked.root,
        annotated: Annotated::by(&asked.preferences),
    };
    match &plan.wants {
        Wants::Count => {
            let count = found.answered().count().unwrap_or_default().min(COUNT_LIMIT);
            with_body(headers::TEXT, count.to_string().into())
        }
        Wants::Page(_) => page(&rows, asked, found),
        Wants::One { .. } => match found.answered().first() {
            Some(row) => one(&rows, asked, (&plan.root, row), plan.form),
            None => no_content(),
        },
        Wants::Behind { .. } => {
            let behind = found.answered().first().and_then(|row| row.expands().next());
            match (plan.root.expands.first(), behind) {
                (Some(expand), Some(ExpandView::One(Some(row)))) => one(&rows, asked, (&expand.node, row), plan.form),
                _ => no_content(),
            }
        }
    }
}

/// The answer of a write.
pub(super) fn written(catalogue: &Catalogue, asked: &Asked, written: &Written) -> Response {
    match written {
        Written::Done => no_content(),
        Written::Row { table, id, .. } => {
            let set = &catalogue.table(*table).entity_set;
            addressed(&format!("{}/{set}({id})", asked.root))
        }
        Written::Addressed => addressed(&format!("{}/{}", asked.root, asked.path_text)),
        Written::Read { made, found: read } => {
            let mut response = found(catalogue, asked, read);
            if *made == Made::Created {
                *response.status_mut() = StatusCode::CREATED;
            }
            let applied = Preferences {
                returning: Some(Return::Representation),
                annotations: asked.preferences.annotations.clone(),
                ..Preferences::default()
            };
            apply(&mut response, &applied);
            response
        }
    }
}

/// 204 with the address of the row.
fn addressed(address: &str) -> Response {
    let mut response = no_content();
    // Made of the base URL, the path as it came over HTTP and names of the catalogue.
    if let Ok(value) = HeaderValue::try_from(address) {
        response.headers_mut().insert(headers::ENTITY_ID, value.clone());
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// One row, or a part of it.
fn one(rows: &Rows<'_>, asked: &Asked, (node, row): (&Node, RowView<'_>), form: Form) -> Response {
    match form {
        Form::Rows => entity(rows, asked, node, row),
        Form::References => {
            let mut writer = Writer::with_capacity(256);
            writer.begin_object();
            writer.name("@odata.context");
            writer.string(&format!("{}/$metadata#$ref", asked.root));
            rows.address(&mut writer, row);
            json(writer.finish())
        }
        Form::Property(column) => property(rows, asked, (node, row), column),
        Form::RawValue(column) => raw_value(rows.catalogue, (node, row), column),
    }
}

fn entity(rows: &Rows<'_>, asked: &Asked, node: &Node, row: RowView<'_>) -> Response {
    let etag = row.version().map(ETag);
    if is_unchanged(asked, node, etag) {
        let mut response = no_content();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        tag(&mut response, etag);
        return response;
    }
    let mut writer = Writer::with_capacity(512 + CELL_BYTES * node.columns.len());
    writer.begin_object();
    writer.name("@odata.context");
    writer.string(&context(rows, node, Cardinality::Entity));
    rows.members(&mut writer, node, row, &asked.url.options.expand);
    let mut response = json(writer.finish());
    tag(&mut response, etag);
    let annotations = asked.preferences.annotations.clone();
    apply(
        &mut response,
        &Preferences {
            annotations,
            ..Preferences::default()
        },
    );
    response
}

fn tag(response: &mut Response, etag: Option<ETag>) {
    if let Some(Ok(value)) = etag.map(|etag| HeaderValue::try_from(etag.to_string())) {
        response.headers_mut().insert(header::ETAG, value);
    }
}

/// Dataverse honours a conditional read only of a row alone: without expanded rows, which have versions of their own,
/// and without annotations.
fn is_unchanged(asked: &Asked, node: &Node, etag: Option<ETag>) -> bool {
    let known = match asked.if_none_match {
        Some(IfNoneMatch::ETag(known)) => Some(known),
        Some(IfNoneMatch::Any) | None => None,
    };
    known.is_some() && known == etag && node.expands.is_empty() && asked.preferences.annotations.is_none()
}

fn property(rows: &Rows<'_>, asked: &Asked, (node, row): (&Node, RowView<'_>), column: ColumnId) -> Response {
    let table = rows.catalogue.table(node.table);
    let column = table.column(column);
    let cell = row
        .cells()
        .find(|cell| cell.column == column.id && *cell.value != Value::Null);
    let (Some(cell), Some(key)) = (cell, row.key()) else {
        return no_content();
    };
    let mut writer = Writer::with_capacity(256);
    writer.begin_object();
    writer.name("@odata.context");
    writer.string(&format!(
        "{}/$metadata#{}({key})/{}",
        asked.root, table.entity_set, column.property
    ));
    writer.name("value");
    row::value(&mut writer, column, cell.value);
    json(writer.finish())
}

/// The value as JSON has it, but text without its quotes.
fn raw_value(catalogue: &Catalogue, (node, row): (&Node, RowView<'_>), column: ColumnId) -> Response {
    let column = catalogue.table(node.table).column(column);
    let cell = row.cells().find(|cell| cell.column == column.id);
    match cell.map(|cell| cell.value) {
        None | Some(Value::Null) => no_content(),
        Some(Value::Text(text)) => with_body(headers::TEXT, text.clone().into()),
        Some(value) => {
            let mut writer = Writer::with_capacity(64);
            row::value(&mut writer, column, value);
            let printed = writer.finish();
            let bare = printed.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
            let bare = bare.map(Bytes::copy_from_slice).unwrap_or(printed);
            with_body(headers::TEXT, bare)
        }
    }
}

fn page(rows: &Rows<'_>, asked: &Asked, found: &Found) -> Response {
    let (plan, answered) = (found.plan(), found.answered());
    let node = &plan.root;
    let mut writer = Writer::with_capacity(512 + answered.len() * (64 + CELL_BYTES * node.columns.len()));
    writer.begin_object();
    writer.name("@odata.context");
    match plan.form {
        Form::References => writer.string(&format!("{}/$metadata#Collection($ref)", asked.root)),
        Form::Rows | Form::Property(_) | Form::RawValue(_) => {
            writer.string(&context(rows, node, Cardinality::Collection));
        }
    }
    totals(rows, &mut writer, answered.count());
    writer.name("value");
    writer.begin_array();
    for row in answered.rows() {
        writer.begin_object();
        match plan.form {
            Form::References => rows.address(&mut writer, row),
            Form::Rows | Form::Property(_) | Form::RawValue(_) => {
                rows.members(&mut writer, node, row, &asked.url.options.expand);
            }
        }
        writer.end();
    }
    writer.end();
    if let Some(token) = answered.next_token() {
        writer.name("@odata.nextLink");
        writer.string(&next_link(asked, token));
    }
    let mut response = json(writer.finish());
    let Preferences {
        max_page_size,
        annotations,
        ..
    } = asked.preferences.clone();
    apply(
        &mut response,
        &Preferences {
            max_page_size,
            annotations,
            ..Preferences::default()
        },
    );
    response
}

/// The number of all rows, in the control information and in the annotations.
fn totals(rows: &Rows<'_>, writer: &mut Writer, count: Option<u64>) {
    let told = count.map(|count| i64::try_from(count.min(COUNT_LIMIT)).unwrap_or(i64::MAX));
    if let Some(told) = told {
        writer.name("@odata.count");
        writer.integer(told);
    }
    if rows.annotated.total {
        writer.name(annotations::TOTAL);
        writer.integer(told.unwrap_or(-1));
    }
    if rows.annotated.total_exceeded {
        writer.name(annotations::TOTAL_EXCEEDED);
        writer.boolean(count.is_some_and(|count| count > COUNT_LIMIT));
    }
}

/// The same request, behind the last row. Clients call it as it is.
fn next_link(asked: &Asked, token: &str) -> String {
    let mut link = format!("{}/{}?", asked.root, asked.path_text);
    let kept = asked
        .query_text
        .split('&')
        .filter(|option| !option.is_empty() && !is_skip_token(option));
    for option in kept {
        link.push_str(option);
        link.push('&');
    }
    link.push_str("$skiptoken=");
    link.push_str(token);
    link
}

fn is_skip_token(option: &str) -> bool {
    let name = option.split('=').next().unwrap_or_default();
    percent_encoding::percent_decode_str(name).decode_utf8_lossy() == "$skiptoken"
}

fn context(rows: &Rows<'_>, node: &Node, cardinality: Cardinality) -> String {
    let set = &rows.catalogue.table(node.table).entity_set;
    odata::context(rows.root, set, &projection(rows.catalogue, node), cardinality)
}

fn projection<'a>(catalogue: &'a Catalogue, node: &'a Node) -> Projection<'a> {
    let table = catalogue.table(node.table);
    let selected = node.columns.iter().take(node.selected.unwrap_or(0));
    Projection {
        select: selected.map(|column| table.column(*column).property.as_str()).collect(),
        expand: node
            .expands
            .iter()
            .map(|expand| (expand.name.as_str(), projection(catalogue, &expand.node)))
            .collect(),
    }
}

fn apply(response: &mut Response, applied: &Preferences) {
    if let Some(Ok(value)) = applied.applied().map(HeaderValue::try_from) {
        response.headers_mut().insert(headers::PREFERENCE_APPLIED, value);
    }
}

fn with_body(content_type: HeaderValue, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
