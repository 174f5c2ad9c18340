"""What others would do in our place: the KPIs by hand, and eight charts in other tools."""
