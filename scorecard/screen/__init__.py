"""What the pages share: Streamlit only, no rule of its own."""
