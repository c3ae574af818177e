//! Metadata of SAML identity providers (SAML Metadata 2.0).

use roxmltree::{Document, Node, ParsingOptions};

use super::certificate::{CertificateValidity, validity};
use super::{SsoMetadataError, is_web_address};

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

/// More elements and texts than any identity provider needs; a federation's list of all its members
/// is not what belongs here.
const MAX_NODES: u32 = 5_000;
/// More attributes than any identity provider needs, all elements together. The parser compares
/// those of an element with one another.
const MAX_ATTRIBUTES: usize = 5_000;

/// What metadata says of an identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SamlIdentityProvider {
    /// Its entity id, the issuer of its assertions.
    pub entity_id: String,
    /// Where requests are sent by redirect.
    pub sign_in_endpoint: String,
    /// The certificate that its assertions are signed with: PEM, or the base64 of its bytes.
    pub certificate: String,
    /// When that certificate may be used.
    pub validity: CertificateValidity,
}

/// Reads the metadata of an identity provider. A document type, and with it every entity of one's
/// own, is refused.
pub fn parse_metadata(xml: &str) -> Result<SamlIdentityProvider, SsoMetadataError> {
    if xml.matches('=').count() > MAX_ATTRIBUTES {
        return Err(invalid("it has too many attributes"));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..Default::default() };
    let document = Document::parse_with_options(xml.trim_start_matches('\u{feff}').trim(), options)
        .map_err(|error| invalid(&error.to_string()))?;
    let (entity, provider) = document
        .descendants()
        .filter(|node| node.has_tag_name((METADATA, "EntityDescriptor")))
        .find_map(|entity| Some((entity, child(entity, METADATA, "IDPSSODescriptor")?)))
        .ok_or_else(|| invalid("there is no IDPSSODescriptor in an EntityDescriptor"))?;
    let entity_id = entity.attribute("entityID").filter(|id| !id.trim().is_empty());
    let entity_id = entity_id.ok_or_else(|| invalid("the entityID is missing"))?;
    let sign_in_endpoint = children(provider, METADATA, "SingleSignOnService")
        .filter(|service| service.attribute("Binding") == Some(REDIRECT))
        .find_map(|service| service.attribute("Location").filter(|it| is_web_address(it)))
        .ok_or_else(|| invalid("there is no SingleSignOnService for the HTTP-Redirect binding"))?;
    let (certificate, validity) = signing_certificate(provider)?;
    Ok(SamlIdentityProvider {
        entity_id: entity_id.to_owned(),
        sign_in_endpoint: sign_in_endpoint.to_owned(),
        certificate,
        validity,
    })
}

/// Of several, as there are while a provider changes its key, the one that ends last.
fn signing_certificate(
    provider: Node<'_, '_>,
) -> Result<(String, CertificateValidity), SsoMetadataError> {
    let texts: Vec<String> = children(provider, METADATA, "KeyDescriptor")
        .filter(|key| key.attribute("use").is_none_or(|purpose| purpose == "signing"))
        .flat_map(|key| key.descendants())
        .filter(|node| node.has_tag_name((SIGNATURE, "X509Certificate")))
        .filter_map(|node| node.text())
        .map(|text| text.split_ascii_whitespace().collect())
        .collect();
    if texts.is_empty() {
        return Err(invalid("there is no certificate to sign with"));
    }
    texts
        .into_iter()
        .filter_map(|text| validity(&text).map(|validity| (text, validity)))
        .max_by_key(|(_, validity)| validity.not_after)
        .ok_or_else(|| invalid("its certificate cannot be read"))
}

fn child<'a, 'b>(of: Node<'a, 'b>, namespace: &str, name: &str) -> Option<Node<'a, 'b>> {
    of.children().find(|node| node.has_tag_name((namespace, name)))
}

fn children<'a, 'b: 'a>(
    of: Node<'a, 'b>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'b>> {
    of.children().filter(move |node| node.has_tag_name((namespace, name)))
}

fn invalid(reason: &str) -> SsoMetadataError {
    SsoMetadataError::InvalidMetadata(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    fn certificate(last_year: i32) -> String {
        let mut params = CertificateParams::default();
        params.not_after = date_time_ymd(last_year, 1, 1);
        let pem = params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
        pem.lines().filter(|line| !line.starts_with("---")).collect::<Vec<_>>().join("\n ")
    }

    fn key(purpose: &str, certificate: &str) -> String {
        format!(
            "<md:KeyDescriptor {purpose}><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n \
             {certificate}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        )
    }

    fn metadata(inside: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>\n<!-- of a test --><md:EntityDescriptor \
             xmlns:md=\"{METADATA}\" xmlns:ds=\"{SIGNATURE}\" entityID=\"https://idp.example\">\
             <md:IDPSSODescriptor>{inside}</md:IDPSSODescriptor></md:EntityDescriptor>"
        )
    }

    fn service(binding: &str, location: &str) -> String {
        format!("<md:SingleSignOnService Binding=\"{binding}\" Location=\"{location}\"/>")
    }

    fn reason(xml: &str) -> String {
        let error = parse_metadata(xml).unwrap_err();
        assert_eq!(error.message(), "invalid_saml_xml_metadata");
        error.to_string()
    }

    #[test]
    fn the_redirect_endpoint_and_the_newest_signing_certificate_are_taken() {
        let (old, new) = (certificate(2026), certificate(2031));
        let inside = [
            key("use=\"encryption\"", &certificate(2040)),
            key("use=\"signing\"", &old),
            key("", &new),
            service("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "https://idp.example/post"),
            service(REDIRECT, "https://idp.example/sso?a=1&amp;b=2"),
        ];
        let found = parse_metadata(&metadata(&inside.concat())).unwrap();
        assert_eq!(found.entity_id, "https://idp.example");
        assert_eq!(found.sign_in_endpoint, "https://idp.example/sso?a=1&b=2");
        assert_eq!(found.certificate, new.split_ascii_whitespace().collect::<String>());
        assert_eq!(found.validity.not_after, 1_924_992_000_000);
        let in_a_list = format!(
            "<EntitiesDescriptor xmlns=\"{METADATA}\"><EntityDescriptor entityID=\"sp\"/>{}\
             </EntitiesDescriptor>",
            metadata(&inside.concat()).split_once("-->").unwrap().1,
        );
        assert_eq!(parse_metadata(&in_a_list).unwrap(), found);
    }

    #[test]
    fn what_is_missing_is_named() {
        let (key, service) = (key("", &certificate(2031)), service(REDIRECT, "https://a.example/"));
        assert!(parse_metadata(&metadata(&format!("{key}{service}"))).is_ok());
        assert!(reason(&metadata(&key)).contains("SingleSignOnService"));
        assert!(reason(&metadata(&service)).contains("certificate"));
        let other = key.replace("MI", "!!");
        assert!(reason(&metadata(&format!("{other}{service}"))).contains("certificate"));
        let script = service.replace("https://a.example/", "javascript:alert(1)");
        assert!(reason(&metadata(&format!("{key}{script}"))).contains("SingleSignOnService"));
        let nameless = metadata(&format!("{key}{service}")).replace("https://idp.example", " ");
        assert!(reason(&nameless).contains("entityID"));
        let other_namespace = metadata(&format!("{key}{service}")).replace(METADATA, "urn:other");
        assert!(reason(&other_namespace).contains("IDPSSODescriptor"));
        for bad in ["", "{}", "<a>", "<a></b>"] {
            assert!(!reason(bad).is_empty());
        }
    }

    #[test]
    fn document_types_and_what_has_no_end_are_refused() {
        let external = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>";
        assert!(reason(external).to_lowercase().contains("dtd"), "{}", reason(external));
        assert!(!reason("<!DOCTYPE a><a/>").is_empty());
        assert!(!reason("<a>&x;</a>").is_empty());
        let deep = format!("{}{}", "<a>".repeat(300_000), "</a>".repeat(300_000));
        assert!(reason(&deep).contains("nodes limit"), "{}", reason(&deep));
        let wide: String = (0..=MAX_ATTRIBUTES).map(|number| format!(" a{number}=''")).collect();
        assert!(reason(&format!("<a{wide}/>")).contains("attributes"));
        let many = format!("<a>{}</a>", "<b/>".repeat(MAX_NODES as usize + 1));
        assert!(!reason(&many).is_empty());
    }
}
