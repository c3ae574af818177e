//! What a service provider must know of this server as its identity provider (SAML 2.0 Metadata,
//! section 2.4.3).

use super::find;
use crate::certificates;
use crate::flows::error::{FlowError, reject};
use crate::state::App;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;
use vestibule_shared::ErrorCode;
use vestibule_shared::saml_application::SamlBinding;
use vestibule_store::saml_applications::secrets;

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// What is told.
struct IdentityProvider<'a> {
    /// What this server calls itself towards the application.
    entity_id: &'a str,
    /// Base64 of the certificate of the key that signs.
    certificate: &'a str,
    /// How people are named.
    name_id_format: &'a str,
    /// Where requests go.
    sign_on: &'a str,
}

/// The metadata of this server as the identity provider of an application.
pub async fn of(app: &App, id: &str) -> Result<String, FlowError> {
    let mut connection = app.store.read().await?;
    let (_, config) = find(&mut connection, id).await?;
    if config.entity_id.is_none() {
        return Err(reject(400, ErrorCode::ApplicationSamlEntityIdRequired).into());
    }
    let secret = secrets::active(&mut connection, id).await?;
    let secret = secret.ok_or_else(|| {
        reject(404, ErrorCode::EntityNotFound)
            .with_details("no secret of the application is active")
    })?;
    let der = certificates::der(&secret.certificate).unwrap_or_default();
    let endpoint = &app.settings.endpoint;
    let provider = IdentityProvider {
        entity_id: &endpoint.at(&format!("/saml/{id}")),
        certificate: &STANDARD.encode(der),
        name_id_format: &config.name_id_format,
        sign_on: &endpoint.at(&format!("/api/saml/{id}/authn")),
    };
    write(&provider).map_err(|error| FlowError::Internal(error.to_string()))
}

/// The writer escapes names and texts.
fn write(provider: &IdentityProvider<'_>) -> io::Result<String> {
    let mut writer = Writer::new(Vec::new());
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer
        .create_element("md:EntityDescriptor")
        .with_attribute(("xmlns:md", METADATA))
        .with_attribute(("entityID", provider.entity_id))
        .write_inner_content(|writer| {
            writer
                .create_element("md:IDPSSODescriptor")
                .with_attribute(("WantAuthnRequestsSigned", "false"))
                .with_attribute(("protocolSupportEnumeration", PROTOCOL))
                .write_inner_content(|writer| write_descriptor(writer, provider))?;
            Ok(())
        })?;
    String::from_utf8(writer.into_inner()).map_err(io::Error::other)
}

fn write_descriptor(
    writer: &mut Writer<Vec<u8>>,
    provider: &IdentityProvider<'_>,
) -> io::Result<()> {
    writer
        .create_element("md:KeyDescriptor")
        .with_attribute(("use", "signing"))
        .write_inner_content(|writer| {
            writer
                .create_element("ds:KeyInfo")
                .with_attribute(("xmlns:ds", SIGNATURE))
                .write_inner_content(|writer| {
                    writer.create_element("ds:X509Data").write_inner_content(|writer| {
                        let text = BytesText::new(provider.certificate);
                        writer.create_element("ds:X509Certificate").write_text_content(text)?;
                        Ok(())
                    })?;
                    Ok(())
                })?;
            Ok(())
        })?;
    let format = BytesText::new(provider.name_id_format);
    writer.create_element("md:NameIDFormat").write_text_content(format)?;
    for binding in [SamlBinding::HttpRedirect, SamlBinding::HttpPost] {
        writer
            .create_element("md:SingleSignOnService")
            .with_attribute(("Binding", binding.as_str()))
            .with_attribute(("Location", provider.sign_on))
            .write_empty()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use quick_xml::Reader;

    #[test]
    fn nothing_that_is_told_becomes_markup() {
        let hostile = "\"><evil a='&amp;'/>]]>";
        let provider = IdentityProvider {
            entity_id: hostile,
            certificate: hostile,
            name_id_format: hostile,
            sign_on: hostile,
        };
        let text = write(&provider).unwrap();
        assert!(!text.contains("<evil"), "{text}");
        let mut reader = Reader::from_str(&text);
        let mut elements = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => {
                    elements.push(String::from_utf8(tag.name().as_ref().to_vec()).unwrap());
                    for attribute in tag.attributes().flatten() {
                        if ["entityID", "Location"]
                            .map(str::as_bytes)
                            .contains(&attribute.key.as_ref())
                        {
                            assert_eq!(
                                attribute
                                    .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                                    .unwrap(),
                                hostile
                            );
                        }
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(
            elements,
            [
                "md:EntityDescriptor",
                "md:IDPSSODescriptor",
                "md:KeyDescriptor",
                "ds:KeyInfo",
                "ds:X509Data",
                "ds:X509Certificate",
                "md:NameIDFormat",
                "md:SingleSignOnService",
                "md:SingleSignOnService",
            ]
        );
    }
}
