//! The search grammar, which must mean the same on both databases.

use super::*;

on_both_databases! {
    async fn every_mode_finds_the_same_on_both_databases(server) {
        let manager = Manager::new(&server).await;
        let scopes = {
            let body = json!({ "name": "Shop", "indicator": "https://shop.example" });
            format!("/api/resources/{}/scopes", manager.create("/api/resources", body).await)
        };
        for (name, description) in [
            ("read:orders", Some("Ärger")), ("write:orders", Some("100%")), ("READ:stock", None),
        ] {
            server.advance(std::time::Duration::from_millis(5));
            manager.create(&scopes, json!({ "name": name, "description": description })).await;
        }
        for (query, expected) in [
            ("search.name=read%25", vec!["READ:stock", "read:orders"]),
            ("search.name=read%25&isCaseSensitive=true", vec!["read:orders"]),
            ("search.name=read", vec![]),
            ("search=%25orders", vec!["write:orders", "read:orders"]),
            ("search.description=%C3%A4rger", vec!["read:orders"]),
            ("search.description=%C3%A4rger&mode=exact", vec!["read:orders"]),
            ("search.description=%C3%A4rger&mode=exact&isCaseSensitive=1", vec![]),
            ("search.description=100%5C%25", vec!["write:orders"]),
            ("search.name=read:orders&search.name=READ:ORDERS&mode.name=exact", vec!["read:orders"]),
            ("search.name=(read|write):%25&mode=similar_to&isCaseSensitive=true", vec!["write:orders", "read:orders"]),
            ("search.name=%5Eread&mode=posix", vec!["READ:stock", "read:orders"]),
            ("search.name=%5Eread&mode=posix&isCaseSensitive=true", vec!["read:orders"]),
            ("search.name=read%25&search.description=%C3%A4%25&joint=and", vec!["read:orders"]),
            ("search.name=write%25&search.description=%C3%A4%25", vec!["write:orders", "read:orders"]),
            // What would be SQL is text.
            ("search.name=' or 1=1 --", vec![]),
        ] {
            let path = format!("{scopes}?{query}");
            assert_eq!(manager.listed(&path, "name").await, expected, "{query}");
            let total = manager.get(&path).await;
            assert_eq!(total.headers["total-number"], expected.len().to_string().as_str(), "{query}");
        }
        for query in [
            "search=a&mode=posix&search=b", "search=(&mode=posix", "search=a&mode=guess",
            "search.secret=a", "search=a&mode=similar_to", "search=a&joint=xor",
            "search=(a%2B)%2B%5C1&mode=posix",
        ] {
            manager.get(&format!("{scopes}?{query}")).await.expect_code(400, "request.invalid_input");
        }
        let started = std::time::Instant::now();
        manager.get(&format!("{scopes}?search=(a%2B)%2B(a%2B)%2B%24&mode=posix")).await.expect(200);
        assert!(started.elapsed() < std::time::Duration::from_secs(5));
    }
}
