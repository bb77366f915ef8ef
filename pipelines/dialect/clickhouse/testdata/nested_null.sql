error: dialect.unsupported: ClickHouse cannot be made to do this as the language says: an outer join that may leave out the column tags of type array<string>
a.b.c/arrays/./join
Take the parts that are wanted out of the array, map or row first.
