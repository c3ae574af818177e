//! As much of a browser's cookie jar (RFC 6265) as one host needs.

/// The cookies of one browser.
#[derive(Default)]
pub struct Cookies(Vec<Cookie>);

struct Cookie {
    name: String,
    value: String,
    path: String,
}

impl Cookies {
    /// Takes over a `Set-Cookie` header. An age of zero, a date in 1970 or an empty value removes.
    pub fn store(&mut self, header: &str) {
        let mut parts = header.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let mut path = "/".to_owned();
        let mut removed = value.is_empty();
        for attribute in parts {
            let (key, content) = attribute.split_once('=').unwrap_or((attribute, ""));
            match key.to_ascii_lowercase().as_str() {
                "path" => path = content.to_owned(),
                "max-age" => removed |= content == "0",
                "expires" => removed |= content.contains("1970"),
                _ => {}
            }
        }
        self.0.retain(|cookie| cookie.name != name || cookie.path != path);
        if !removed {
            self.0.push(Cookie { name: name.to_owned(), value: value.to_owned(), path });
        }
    }

    /// The `Cookie` header for a request to `path`.
    pub fn header(&self, path: &str) -> String {
        let pairs: Vec<_> = self
            .0
            .iter()
            .filter(|cookie| matches(&cookie.path, path))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        pairs.join("; ")
    }
}

/// RFC 6265, section 5.1.4.
fn matches(cookie_path: &str, path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie_path.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_replaces_and_removes() {
        let mut cookies = Cookies::default();
        cookies.store("_session=a; Path=/; HttpOnly; SameSite=Lax");
        cookies.store("_session=b; Path=/; HttpOnly");
        cookies.store("_resume=c; Path=/oidc/auth/1");
        assert_eq!(cookies.header("/oidc/auth/1"), "_session=b; _resume=c");
        assert_eq!(cookies.header("/oidc/auth/12"), "_session=b");
        cookies.store("_resume=; Path=/oidc/auth/1; Max-Age=0");
        cookies.store("_session=gone; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(cookies.header("/oidc/auth/1"), "");
    }
}
