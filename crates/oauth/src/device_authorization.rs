//! Sign-in on another device (RFC 8628 section 3.1 and 3.2) in Entra's shapes: the device's request comes in, the codes
//! go out.
//!
//! INVARIANT: the device code is a [`Secret`]; the user code is for people to read.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::secret::Secret;
use crate::token_request::{TokenRequestError, correlation_id};
use crate::token_response::secret_text;
use crate::unverified_client::{self, ClientCredential, UnverifiedClient};

/// A device asks for its codes, read but not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAuthorizationRequest {
    /// `client_id`: any text.
    pub unverified_client_id: String,
    /// The client's credential; most devices have none.
    pub credential: ClientCredential,
    /// `scope`, unparsed: the v2.0 endpoint reads it by [`crate::RequestedScopes`].
    pub scope: Option<String>,
    /// `resource`: the v1.0 endpoint's way to name what the token is for.
    pub resource: Option<String>,
    /// `claims`: the claims request, JSON, unparsed.
    pub claims: Option<String>,
    /// `client-request-id`, when it is a GUID.
    pub correlation_id: Option<Uuid>,
}

impl DeviceAuthorizationRequest {
    /// Reads a form body and the value of the `Authorization` header. Unknown parameters are ignored.
    pub fn parse(body: &[u8], authorization: Option<&[u8]>) -> Result<Self, TokenRequestError> {
        let mut parameters = unverified_client::parameters(body)?;
        let client = UnverifiedClient::read(&mut parameters, authorization)?;
        Ok(Self {
            unverified_client_id: client.unverified_client_id,
            credential: client.credential,
            scope: parameters.take("scope"),
            resource: parameters.take("resource"),
            claims: parameters.take("claims"),
            correlation_id: correlation_id(&mut parameters),
        })
    }
}

/// The codes, from the v2.0 endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceAuthorizationResponse {
    /// What the person types in.
    pub user_code: String,
    /// What the device asks for tokens with.
    #[serde(serialize_with = "secret_text::write", deserialize_with = "secret_text::read")]
    pub device_code: Secret<String>,
    /// Where the person goes.
    pub verification_uri: String,
    /// Seconds for which the codes live.
    pub expires_in: i64,
    /// Seconds to wait between two polls.
    pub interval: i64,
    /// What to tell the person.
    pub message: String,
}

/// The codes, from the v1.0 endpoint: another name for the address, and numbers as strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceAuthorizationResponseV1 {
    /// What the person types in.
    pub user_code: String,
    /// What the device asks for tokens with.
    #[serde(serialize_with = "secret_text::write", deserialize_with = "secret_text::read")]
    pub device_code: Secret<String>,
    /// Where the person goes.
    pub verification_url: String,
    /// Seconds for which the codes live.
    pub expires_in: String,
    /// Seconds to wait between two polls.
    pub interval: String,
    /// What to tell the person.
    pub message: String,
}

impl From<DeviceAuthorizationResponse> for DeviceAuthorizationResponseV1 {
    fn from(response: DeviceAuthorizationResponse) -> Self {
        Self {
            user_code: response.user_code,
            device_code: response.device_code,
            verification_url: response.verification_uri,
            expires_in: response.expires_in.to_string(),
            interval: response.interval.to_string(),
            message: response.message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "0c7a9d52-3b1e-4c8f-8f27-6a5d4e3b2c10";

    #[test]
    fn requests_of_nobody_are_refused() {
        let refuse = |body: &str, expected| {
            assert_eq!(
                DeviceAuthorizationRequest::parse(body.as_bytes(), None),
                Err(expected),
                "{body}"
            );
        };
        refuse("scope=openid", TokenRequestError::Missing("client_id"));
        refuse("client_id=%", TokenRequestError::Malformed);
        refuse(
            "client_id=a&client_id=a",
            TokenRequestError::Repeated("client_id".to_owned()),
        );
        refuse(
            "client_id=a&client_assertion=b",
            TokenRequestError::Missing("client_assertion_type"),
        );
    }

    #[test]
    fn what_the_device_wants_is_read() {
        let body = format!(
            "client_id={APP}&scope=User.Read+openid&claims=%7B%7D&x-client-SKU=msal.js.node\
             &client-request-id=6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f"
        );
        let expected = DeviceAuthorizationRequest {
            unverified_client_id: APP.to_owned(),
            credential: ClientCredential::None,
            scope: Some("User.Read openid".to_owned()),
            resource: None,
            claims: Some("{}".to_owned()),
            correlation_id: "6a0f7a54-30a7-4a0c-8c8e-0b1f2c3d4e5f".parse().ok(),
        };
        assert_eq!(DeviceAuthorizationRequest::parse(body.as_bytes(), None), Ok(expected));
        let v1 = DeviceAuthorizationRequest::parse(b"client_id=a&resource=api%3A%2F%2Fx&client_secret=s", None);
        let v1 = v1.unwrap();
        assert_eq!(v1.resource.as_deref(), Some("api://x"));
        assert_eq!(v1.credential, ClientCredential::Secret(Secret::new("s".to_owned())));
    }

    #[test]
    fn both_shapes_are_written_to_the_byte() {
        let response = DeviceAuthorizationResponse {
            user_code: "B7KQ2MTR".to_owned(),
            device_code: Secret::new("BAQABAAEAA".to_owned()),
            verification_uri: "https://login.example.test/device".to_owned(),
            expires_in: 900,
            interval: 5,
            message: "Open the page.".to_owned(),
        };
        assert!(!format!("{response:?}").contains("BAQABAAEAA"));
        let v2 = concat!(
            r#"{"user_code":"B7KQ2MTR","device_code":"BAQABAAEAA","#,
            r#""verification_uri":"https://login.example.test/device","expires_in":900,"interval":5,"#,
            r#""message":"Open the page."}"#
        );
        assert_eq!(serde_json::to_string(&response).unwrap(), v2);
        assert_eq!(
            serde_json::from_str::<DeviceAuthorizationResponse>(v2).unwrap(),
            response
        );
        let v1 = concat!(
            r#"{"user_code":"B7KQ2MTR","device_code":"BAQABAAEAA","#,
            r#""verification_url":"https://login.example.test/device","expires_in":"900","interval":"5","#,
            r#""message":"Open the page."}"#
        );
        let response = DeviceAuthorizationResponseV1::from(response);
        assert!(!format!("{response:?}").contains("BAQABAAEAA"));
        assert_eq!(serde_json::to_string(&response).unwrap(), v1);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(body: Vec<u8>, authorization: Option<Vec<u8>>) {
            let _ = DeviceAuthorizationRequest::parse(&body, authorization.as_deref());
        }
    }
}
