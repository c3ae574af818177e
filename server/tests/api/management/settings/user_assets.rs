use crate::management::*;
use std::io::Write;
use vestibule_shared::application::ApplicationType;
use zip::write::SimpleFileOptions;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
const PAGES: &str = "/api/sign-in-exp/default/custom-ui-assets";

impl Manager {
    /// Sends a form with one file.
    async fn upload(&self, path: &str, field: &str, name: &str, content: &[u8]) -> Answer {
        let mut body = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: image/png\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--limit--\r\n");
        let request = self
            .browser
            .request("POST", path)
            .bearer_auth(&self.token)
            .header("content-type", "multipart/form-data; boundary=limit")
            .body(body);
        self.browser.send(request).await
    }
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

on_both_databases! {
    async fn a_picture_is_served_as_it_was_uploaded(server) {
        let manager = Manager::new(&server).await;
        let status = manager.get("/api/user-assets/service-status").await.expect(200).json;
        assert_eq!(status["status"], "ready");
        assert_eq!(status["maxUploadFileSize"], 20 * 1024 * 1024);
        assert_eq!(status["isExperienceAvatarUploadEnabled"], false);
        assert!(status["allowUploadMimeTypes"].as_array().unwrap().contains(&json!("image/png")));

        // Longer than what is held in memory of it.
        let large = [PNG, &vec![7; 11 * 1024 * 1024]].concat();
        for content in [PNG, &large] {
            let url = manager.upload("/api/user-assets", "file", "../me.html", content).await.expect(200);
            let url = url.json["url"].as_str().unwrap().to_owned();
            assert!(url.starts_with(&server.at("/user-assets/")) && url.ends_with(".png"), "{url}");
            let stranger = server.browser();
            let found = stranger.request("GET", &url).send().await.unwrap();
            assert_eq!(found.status(), 200);
            let header = |name: &str| found.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(header("content-type"), "image/png");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("content-disposition"), "inline");
            assert_eq!(header("cross-origin-resource-policy"), "cross-origin");
            assert!(header("content-security-policy").contains("sandbox"));
            assert!(header("cache-control").contains("immutable"));
            assert!(found.bytes().await.unwrap() == content);
            let head = stranger.send(stranger.request("HEAD", &url)).await.expect(200);
            assert_eq!(head.headers["content-length"], content.len().to_string());
        }
        for path in ["/user-assets/none.png", "/user-assets/..%2Fsecret.key", "/user-assets/a.txt"] {
            server.browser().get(path).await.expect_code(404, "request.not_found");
        }
    }
}

on_both_databases! {
    async fn only_pictures_are_taken(server) {
        let manager = Manager::new(&server).await;
        let upload = async |content: &[u8]| {
            manager.upload("/api/user-assets", "file", "me.png", content).await
        };
        let scripted = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        for content in [b"<html><body>".as_slice(), b"PK\x03\x04", b"%PDF-1.7", b"", scripted] {
            upload(content).await.expect_code(400, "guard.mime_type_not_allowed");
        }
        let drawing = b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>";
        let url = upload(drawing).await.expect(200).json["url"].as_str().unwrap().to_owned();
        let shown = server.browser().get(&url).await.expect(200);
        assert_eq!(shown.headers["content-type"], "image/svg+xml");
        assert_eq!(shown.headers["content-disposition"], "attachment");
        let long = [PNG, &vec![0; 20 * 1024 * 1024]].concat();
        upload(&long).await.expect_code(400, "guard.file_size_exceeded");
        let other = manager.upload("/api/user-assets", "picture", "me.png", PNG).await;
        other.expect_code(400, "guard.invalid_input");
        manager.send("POST", "/api/user-assets", json!({})).await.expect_code(400, "guard.invalid_input");
        let stranger = server.browser();
        let request = stranger.request("POST", "/api/user-assets").body(PNG);
        stranger.send(request).await.expect_code(401, "auth.authorization_header_missing");
        // Nothing of what was refused is left.
        let folder = server.app.settings.data_dir.join("assets/images");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    }
}

on_both_databases! {
    async fn own_pages_take_the_place_of_the_built_in_ones(server) {
        let manager = Manager::new(&server).await;
        let upload = async |content: &[u8]| manager.upload(PAGES, "file", "ui.zip", content).await;
        let pages = archive(&[
            ("index.html", b"<title>Our own</title><script src=\"/assets/app.js\"></script>"),
            ("assets/app.js", b"console.log(1)"),
        ]);
        let id = upload(&pages).await.expect(200).json["customUiAssetId"].clone();
        let client = server.client(ApplicationType::SPA).await;
        let browser = server.browser();
        browser.authorize(&client, &[]).await.expect(303);
        assert!(!browser.get("/sign-in").await.text.contains("Our own"));

        let patch = json!({ "customUiAssets": { "id": "none", "createdAt": 1 } });
        manager.send("PATCH", "/api/sign-in-exp", patch).await.expect_code(400, "guard.invalid_input");
        let patch = json!({ "customUiAssets": { "id": id, "createdAt": 1 } });
        let patched = manager.send("PATCH", "/api/sign-in-exp", patch.clone()).await.expect(200);
        assert_eq!(patched.json["customUiAssets"], patch["customUiAssets"]);

        let page = browser.get("/sign-in").await.expect(200);
        assert!(page.text.contains("Our own"), "{}", page.text);
        assert!(page.headers["content-security-policy"].contains("frame-ancestors 'self'"));
        assert_eq!(page.headers["cache-control"], "no-store");
        let script = browser.get("/assets/app.js").await.expect(200);
        assert_eq!(script.text, "console.log(1)");
        assert!(script.headers["content-type"].contains("javascript"));
        let tag = script.headers["etag"].clone();
        let again = browser.request("GET", "/assets/app.js").header("if-none-match", tag);
        browser.send(again).await.expect(304);
        browser.get("/api/none").await.expect_code(404, "request.not_found");
        // Without a sign-in in progress they lead away, as the built-in ones do.
        let stranger = server.browser().get("/sign-in").await.expect(302);
        assert!(stranger.headers["location"].ends_with("/unknown-session"));

        manager.send("PATCH", "/api/sign-in-exp", json!({ "customUiAssets": null })).await.expect(200);
        assert!(!browser.get("/sign-in").await.text.contains("Our own"));
    }
}

on_both_databases! {
    async fn archives_are_checked(server) {
        let manager = Manager::new(&server).await;
        let upload = async |content: &[u8]| manager.upload(PAGES, "file", "ui.zip", content).await;
        upload(b"<html>").await.expect_code(400, "guard.mime_type_not_allowed");
        upload(&archive(&[("ui/index.html", b"")])).await.expect_code(400, "guard.invalid_input");
        let slip = archive(&[("index.html", b""), ("../../secret.key", b"x")]);
        upload(&slip).await.expect_code(400, "guard.invalid_input");
        let bomb = archive(&[("index.html", b"ok"), ("zeros", &vec![0; 11 * 1024 * 1024])]);
        assert!(bomb.len() < 100_000);
        upload(&bomb).await.expect_code(400, "guard.file_size_exceeded");
        upload(&vec![0; 20 * 1024 * 1024 + 1]).await.expect_code(400, "guard.file_size_exceeded");
        // What was unpacked before the refusal is gone.
        let folder = server.app.settings.data_dir.join("assets/pages");
        let left = walk(&folder);
        assert!(left.is_empty(), "{left:?}");
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
