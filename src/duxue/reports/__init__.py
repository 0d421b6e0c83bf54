"""Results written as bilingual HTML, docx and PDF."""
