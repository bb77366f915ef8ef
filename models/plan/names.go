package plan

import "fmt"

// MarshalText writes the mode's name.
func (m ChangeMode) MarshalText() ([]byte, error) {
	if m > Retract {
		return nil, fmt.Errorf("unknown change mode %d", m)
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (m *ChangeMode) UnmarshalText(b []byte) error {
	for c := Append; c <= Retract; c++ {
		if c.String() == string(b) {
			*m = c
			return nil
		}
	}
	return fmt.Errorf("unknown change mode %q", b)
}

// MarshalText writes the kind's name.
func (k WindowKind) MarshalText() ([]byte, error) {
	if k > Hop {
		return nil, fmt.Errorf("unknown window kind %d", k)
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (k *WindowKind) UnmarshalText(b []byte) error {
	for c := Tumble; c <= Hop; c++ {
		if c.String() == string(b) {
			*k = c
			return nil
		}
	}
	return fmt.Errorf("unknown window kind %q", b)
}

// MarshalText writes the kind's name.
func (k JoinKind) MarshalText() ([]byte, error) {
	if k > Anti {
		return nil, fmt.Errorf("unknown join kind %d", k)
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (k *JoinKind) UnmarshalText(b []byte) error {
	for c := Inner; c <= Anti; c++ {
		if c.String() == string(b) {
			*k = c
			return nil
		}
	}
	return fmt.Errorf("unknown join kind %q", b)
}
