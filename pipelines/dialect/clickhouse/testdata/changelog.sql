error: dialect.unsupported: ClickHouse cannot be made to do this as the language says: a sink over a changelog
a.b.c/out/./sink
Put a normalize over the changelog, and name the columns with kind and order.
