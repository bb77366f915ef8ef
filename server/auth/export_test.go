package auth

// Evaluations returns how many password hashes a service has evaluated.
func Evaluations(s *Service) int64 { return s.hasher.evaluations.Load() }
