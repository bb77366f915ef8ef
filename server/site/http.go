package site

import (
	"context"
	"path/filepath"

	"millrace/assets/catalog"
	"millrace/server/httpapi"
	"millrace/server/live"
)

func (s *Site) openHTTP(context.Context) error {
	c := s.options.Config
	s.feeds = newFeeds(s.log)
	s.feeds.news, s.feeds.status, s.feeds.version, s.feeds.living = s.control.News, s.control.Get, s.control.Version, s.status.living
	s.status.feed = live.NewState()
	s.live = live.New(live.Options{Topics: s.topics(), Version: s.version, Log: s.log})
	uploads, err := catalog.NewUploads(s.hub, filepath.Join(c.DataDir, "uploads"), c.Server.UploadMaxBytes.Bytes())
	if err != nil {
		return err
	}
	s.http, err = httpapi.New(httpapi.Options{
		Status: s.Status, Page: s.options.Page, BasePath: c.Server.BasePath, Loopback: s.options.Loopback, Log: s.log,
		Services: httpapi.Services{
			Sessions: s.identity, Owners: owners{s}, Decider: s.grants, Once: httpapi.NewOnce(s.store, s.keys),
			Identity: s.identity, Audit: s.store,
			Catalog:  httpapi.Catalog{Hub: s.hub, Uploads: uploads, Grants: s.grants},
			Policies: s.grants, Documents: s.documents, Components: s.registry, Lineage: s.lineage, TableInfo: s, Search: s.index,
			Live: s.live, Grants: s.grants, Pipelines: s.control, Planner: planner{s}, Workers: s.store, Moments: s.feeds, Designer: s, Queries: s.queries(), Previews: s, Rejects: s.rejected(),
		},
	})
	return err
}

// version changes whenever something that decides about what principals see may have changed. Roles, teams and sessions are looked at anyway.
func (s *Site) version() uint64 {
	return uint64(s.grants.Version())<<20 + uint64(s.hub.Latest().Version())&(1<<20-1)
}
