package auth

import "time"

// Evaluations returns how many password hashes a service has evaluated.
func Evaluations(s *Service) int64 { return s.hasher.evaluations.Load() }

// SetClock sets the clock by which sign-ons and identities expire.
func SetClock(s *Service, now func() time.Time) { s.oidc.now = now }
