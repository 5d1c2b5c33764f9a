"""What each kind of repair does to one thing: `record` in one transaction with its result, `reaching` beyond PostgreSQL."""
