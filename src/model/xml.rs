//! What is read of an answer in XML. The crate `roxmltree` reads it, and is named in this file only.
//!
//! What must stay true: a document with a DTD is not read, so that no entity in it can grow without end.

/// The text of the first element of a name, whatever its namespace; none: the document has none, or is none.
pub fn text_of(document: &str, element: &str) -> Option<String> {
    // Some servers begin with a mark of the byte order.
    let document = document.strip_prefix('\u{feff}').unwrap_or(document);
    let read = roxmltree::Document::parse(document).ok()?;
    let found = read.descendants().find(|node| node.is_element() && node.tag_name().name() == element)?;
    found.text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_an_element_is_found_and_a_document_with_entities_of_its_own_is_not_read() {
        let page = "\u{feff}<?xml version=\"1.0\"?><r xmlns=\"urn:x\"><a/><m>x&amp;<![CDATA[<y>]]></m></r>";
        assert_eq!(text_of(page, "m").as_deref(), Some("x&<y>"));
        assert_eq!((text_of(page, "a"), text_of(page, "z"), text_of("{}", "m")), (None, None, None));
        let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><r><m>&b;</m></r>";
        assert_eq!(text_of(bomb, "m"), None);
    }
}
