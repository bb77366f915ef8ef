SELECT carrier, trimRight(replaceRegexpAll(l.name, '(Inc|Co)\\.', '')) AS name FROM $db.raw_airlines AS l
