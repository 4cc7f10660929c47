//! Requests as clients send them, one a line in `tests/cases/requests.txt`, with their trees or refusals in
//! `tests/cases/requests.snap`.

use std::fmt::Write as _;

use commonhold_odata::Request;

#[test]
fn requests_and_their_trees() {
    let cases = include_str!("../cases/requests.txt");
    let mut report = String::new();
    for line in cases.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (path, query) = line.split_once('?').unwrap_or((line, ""));
        match Request::parse(path, query) {
            Ok(request) => writeln!(report, "{line}\n{request:#?}\n").unwrap(),
            Err(error) => writeln!(report, "{line}\nrefused: {error}\n").unwrap(),
        }
    }
    insta::with_settings!({ snapshot_path => "../cases", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("requests", report);
    });
}
