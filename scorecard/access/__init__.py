"""Who a visitor is, and so what they may see."""
