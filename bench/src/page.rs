//! What a browser fetches before the sign-in page can be used.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use reqwest::header::{ACCEPT_ENCODING, ACCEPT_LANGUAGE, COOKIE};
use url::Url;

use crate::sign_in::Client;

/// File names that end like this are fetched by the page that names them.
const ASSETS: &[&str] = &[".js", ".css", ".wasm", ".svg", ".png", ".ico", ".woff2", ".json"];
/// What the page asks the server before it can show a form.
const SETTINGS: &[&str] = &["/api/.well-known/sign-in-exp", "/api/.well-known/phrases?lng=en"];

/// One answer: its path, and the bytes of its body as they were sent.
pub type Part = (String, usize);

/// Fetches the page of a real interaction, everything it names and its settings, all under brotli.
///
/// # Errors
/// When one of them is not answered with 200.
pub async fn weigh(client: &Client) -> Result<Vec<Part>> {
    let (page, cookies) = client.open_sign_in_page().await?;
    let html = get(client, &page, &cookies, "identity").await?;
    let html = String::from_utf8(html).context("the page is not UTF-8")?;
    let base = base(&page, &html)?;
    let mut urls = BTreeSet::from([page.clone()]);
    for path in SETTINGS {
        urls.insert(Url::parse(&format!("{}{path}", client.endpoint))?);
    }
    for reference in references(&html) {
        let url = base.join(reference)?;
        // Snippets that the script imports are not in the page.
        if url.path().ends_with(".js") {
            let script = get(client, &url, &cookies, "identity").await?;
            for import in imports(&String::from_utf8_lossy(&script)) {
                urls.insert(url.join(import)?);
            }
        }
        urls.insert(url);
    }
    let mut parts = Vec::new();
    for url in urls {
        let body = get(client, &url, &cookies, "br").await?;
        parts.push((url.path().to_owned(), body.len()));
    }
    Ok(parts)
}

async fn get(client: &Client, url: &Url, cookies: &str, encoding: &str) -> Result<Vec<u8>> {
    let answer = client
        .http
        .get(url.clone())
        .header(ACCEPT_ENCODING, encoding)
        .header(ACCEPT_LANGUAGE, "en")
        .header(COOKIE, cookies)
        .send()
        .await?;
    ensure!(answer.status() == 200, "{url}: {}", answer.status());
    Ok(answer.bytes().await?.into())
}

/// `<base href="…">` changes what relative addresses are relative to.
fn base(page: &Url, html: &str) -> Result<Url> {
    let behind = html.split_once("<base ").and_then(|(_, tag)| tag.split_once("href="));
    let Some((_, behind)) = behind else {
        return Ok(page.clone());
    };
    let href = behind.trim_start_matches(['"', '\'']).split(['"', '\'', '>', ' ']).next();
    Ok(page.join(href.unwrap_or_default())?)
}

/// Everything between quotes that is named like an asset.
fn references(html: &str) -> BTreeSet<&str> {
    html.split(['"', '\'', '`'])
        .filter(|text| ASSETS.iter().any(|ending| text.ends_with(ending)))
        .filter(|text| !text.contains(['<', '>', ' ', '\n', '{']))
        .collect()
}

/// Relative modules that a script imports. Names that look like one stand elsewhere, too: what the
/// WebAssembly module gets from the script.
fn imports(script: &str) -> BTreeSet<&str> {
    let mut texts = script.split(['"', '\'', '`']);
    let mut before = texts.next().unwrap_or_default();
    let mut found = BTreeSet::new();
    for text in texts {
        let words = before.trim_end();
        let is_import = ["from", "import", "import("].iter().any(|word| words.ends_with(word));
        if is_import && text.starts_with("./") && text.ends_with(".js") {
            found.insert(text);
        }
        before = text;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = r#"<html><head><base href="/auth/">
        <link rel="stylesheet" href="./style-1.css">
        <link rel="modulepreload" href='./app-2.js'>
        <script type="module" nonce="n">import init from './app-2.js';
        init({ module_or_path: './app-2_bg.wasm' });</script></head></html>"#;

    #[test]
    fn finds_what_a_page_fetches() {
        let found: Vec<_> = references(HTML).into_iter().collect();
        assert_eq!(found, ["./app-2.js", "./app-2_bg.wasm", "./style-1.css"]);
    }

    #[test]
    fn honours_the_base() {
        let page = Url::parse("http://localhost/auth/sign-in?app_id=1").unwrap();
        assert_eq!(base(&page, HTML).unwrap().path(), "/auth/");
        assert_eq!(base(&page, "<html>").unwrap(), page);
    }

    #[test]
    fn finds_imported_snippets() {
        let script = "import { a } from './snippets/x/inline0.js';\nimport b from \"node:fs\";\n\
            return { './app_bg.js': a };";
        assert_eq!(imports(script).into_iter().collect::<Vec<_>>(), ["./snippets/x/inline0.js"]);
    }
}
