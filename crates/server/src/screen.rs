//! The one screen that `commonhold up` prints: where everything is, and a first line to try.
//!
//! In: `demo.env` and how the start went. Out: text of at most 100 columns, for somebody who knows nothing yet.

use crate::{
    env_file::EnvFile,
    folder::{Folder, State},
};

/// The text.
pub(crate) fn text(env: &EnvFile, folder: &Folder, found: State, elapsed_ms: i64) -> String {
    let value = |name: &str| env.get(name).unwrap_or_default().to_owned();
    let (url, contoso) = (value("COMMONHOLD_URL"), value("CONTOSO_ENVIRONMENT"));
    let world = if found == State::Whole { "found" } else { "made" };
    let file = folder.path("demo.env");
    let file = file.display();
    let trust = if url.starts_with("https") {
        " --cacert \"$COMMONHOLD_CA\""
    } else {
        ""
    };
    format!(
        "Commonhold {version}

  Authority     {url}              tokens and sign-in, as Entra ID
  Environments  {contoso}              contoso, a vendor
                {fabrikam}              fabrikam, a subscriber
  Demonstration world {world} in {folder}

  Application        Tenant     What it may do
  READER             contoso    read accounts and contacts
  DEPLOYER           contoso    everything, also on behalf of a person
  FABRIKAM_DEPLOYER  fabrikam   everything, also on behalf of a person
  VENDOR             contoso    multi-tenant; nobody has consented yet
  AUTOMATION         contoso    administer the directory: applications, people, groups, consent;
                                FABRIKAM_AUTOMATION does so in fabrikam

  People: ALICE, BOB, CAROL and ADMIN in contoso, FABRIKAM_ADMIN in fabrikam.
  They sign in at {url}/security-info

  Ids, names, secrets and passwords are in {file}
  Administer it: commonhold tenant list --data-dir {folder}
  Read on: docs/getting-started.md
  Try it in another terminal:

    . {file}
    TOKEN=$(curl -s{trust} \"$COMMONHOLD_URL/$CONTOSO_TENANT_ID/oauth2/v2.0/token\" \\
      -d grant_type=client_credentials -d client_id=\"$READER_CLIENT_ID\" \\
      --data-urlencode client_secret=\"$READER_CLIENT_SECRET\" \\
      -d scope=\"$CONTOSO_ENVIRONMENT/.default\" | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')
    curl -s{trust} -H \"Authorization: Bearer $TOKEN\" \\
      \"$CONTOSO_ENVIRONMENT/api/data/v9.2/accounts?\\$select=name,revenue&\\$top=3\"

Ready in {elapsed_ms} ms. Ctrl-C stops it.",
        version = env!("CARGO_PKG_VERSION"),
        fabrikam = value("FABRIKAM_ENVIRONMENT"),
        folder = folder.path("").display(),
    )
}
