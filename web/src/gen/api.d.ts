// Written by scripts/generate.mjs from openapi.json.
export interface paths {
    "/access_requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests for access that one may see, the newest first */
        get: operations["list_requests"];
        put?: never;
        /** Ask for access */
        post: operations["request_access"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access_requests/{request}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A request, with what was said of it */
        get: operations["get_request"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access_requests/{request}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Grant what was asked for
         * @description For who may grant it, but not for who has asked.
         */
        post: operations["approve_request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access_requests/{request}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say something about a request */
        post: operations["comment_request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access_requests/{request}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refuse a request */
        post: operations["refuse_request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access_requests/{request}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Withdraw one's own request */
        post: operations["withdraw_request"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who changed what, the newest first
         * @description Administrators read all lines, others those about what belongs to their teams.
         */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/csrf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The CSRF token of this session */
        get: operations["get_csrf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a password
         * @description Sets the session's cookie. Too many failed attempts are answered with 429 for a while.
         */
        post: operations["log_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End this session */
        post: operations["log_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change one's own password
         * @description Ends all other sessions.
         */
        put: operations["change_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where the provider sends the browser back to */
        get: operations["finish_oidc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/oidc/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sign in with the single sign-on
         * @description Sends the browser to the provider, which sends it back to the callback.
         */
        get: operations["start_oidc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own sessions */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a session of one's own */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/ways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ways to sign in */
        get: operations["get_ways"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/compile/analyse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a canvas shows of a text
         * @description Nodes with the columns of their rows, complete as far as it goes in spite of errors, compiled as you: a node behind one with a mistake has its columns where those of its inputs are known, and what you may not read has none.
         */
        post: operations["analyse_text"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/compile/convert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write a text in the other format
         * @description A model as a script or a script as models. It computes the same, with the same fingerprint. Nothing comes out when there is an error.
         */
        post: operations["convert_text"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/compile/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The plans of a text
         * @description As compiled and as they run, in words and as graphs, with the columns that each operator reads and those that are not carried.
         */
        post: operations["explain_text"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/compile/expression": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check an expression and try it on sample rows
         * @description Nothing is kept, and no table is read: columns and rows come with the request.
         */
        post: operations["try_expression"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/compile/format": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A text in its canonical form
         * @description Comments of a script are kept, those of a YAML document are not.
         */
        post: operations["format_text"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/compile/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compile a text without keeping it */
        post: operations["validate_text"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/components": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The components that models are made of
         * @description Sources, transforms, sinks, formats and connections with their parameters, help and icons: what forms and palettes are made from.
         */
        get: operations["list_components"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The connections of one's teams */
        get: operations["list_connections"];
        put?: never;
        /**
         * Make a connection
         * @description The system is reached first; what is wrong is said, and nothing is made, unless unchecked is set. The answer has what came of it. An address or a folder that connections may not reach is refused in any case.
         */
        post: operations["create_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a connection that is not stored */
        post: operations["try_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connection}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A connection */
        get: operations["get_connection"];
        /**
         * Change a connection
         * @description A secret that is sent as {"secret": "set"} stays, as long as it goes where it went before. The system is reached first, as when a connection is made.
         */
        put: operations["change_connection"];
        post?: never;
        /** Remove a connection that no table uses */
        delete: operations["remove_connection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connection}/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reach the system, and keep what came of it */
        post: operations["check_connection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connection}/discovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the system has that could be tables
         * @description A stream of JSON objects, one a line, as they are found: {"progress": {done, total}}, {"found": {...}}, and at last {"end": {truncated}} or {"problem": {...}}. It ends when the client goes away.
         */
        get: operations["discover"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connection}/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make tables of what was discovered */
        post: operations["register_tables"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/designs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Design the ClickHouse table that rows land in
         * @description Samples the rows as the caller may read them, looks at the table where there is one, and proposes how it is made, with the figure behind each choice and what would go wrong. Nothing is made.
         */
        post: operations["design_table"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/designs/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Design a table and land the sampled rows in a scratch table
         * @description The rows are read back and compared cell by cell with what was sent; the scratch table is dropped.
         */
        post: operations["try_design"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The models of your teams, by name
         * @description Without their texts.
         */
        get: operations["list_documents"];
        put?: never;
        /** Make a model */
        post: operations["create_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/documents/{document}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A model with its draft
         * @description The diagnostics are those of the draft, compiled as you.
         */
        get: operations["get_document"];
        put?: never;
        post?: never;
        /**
         * Delete a model
         * @description One that others read, or that was deployed, stays. Its id is never used again.
         */
        delete: operations["delete_document"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/documents/{document}/deploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deploy a published version of a model
         * @description It is compiled with the rights of its team, which its pipelines run as.
         */
        post: operations["deploy_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/documents/{document}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is different between two texts of a model
         * @description As data, and in words: of nodes and parameters, and of what the plans read, write, compute and remember.
         */
        get: operations["diff_document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/documents/{document}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Save a draft
         * @description Any text is kept; what is wrong with it comes back. When somebody else has saved since the revision that If-Match names, nothing is saved, and the diagnostics say who it was and what is different in the newer draft.
         */
        put: operations["save_draft"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/documents/{document}/name": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give a model another name */
        put: operations["rename_document"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/documents/{document}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a version's text the draft */
        post: operations["restore_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/documents/{document}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A model's versions, the newest first */
        get: operations["list_versions"];
        put?: never;
        /**
         * Publish the draft as a version
         * @description It must compile as you.
         */
        post: operations["publish_document"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/documents/{document}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A version with its text */
        get: operations["get_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The domains of the tables one may know of */
        get: operations["list_domains"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/drifts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tables that differ from what is outside, the worst first */
        get: operations["list_drifts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/functions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The language of expressions
         * @description Functions with signatures and examples, reserved words and data types.
         */
        get: operations["list_functions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whom one can give something to: the names of all accounts */
        get: operations["list_people"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The pipelines of your teams, by name */
        get: operations["list_pipelines"];
        put?: never;
        /**
         * Deploy a text
         * @description It is compiled with the rights of the team, which its pipelines run as. A pipeline of the name gets a version more.
         */
        post: operations["deploy_text"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/rates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rates of the last half hour of several pipelines
         * @description Pipelines that are not there, or that you may not see, are left out.
         */
        get: operations["get_pipeline_rates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the pipelines of your teams are, counted */
        get: operations["summarize_pipelines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A pipeline: what is wanted, what it does, and when that was last confirmed */
        get: operations["get_pipeline"];
        put?: never;
        post?: never;
        /** Delete a stopped pipeline with its versions, state and dead letters */
        delete: operations["delete_pipeline"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What has happened to a pipeline, and why; the newest first */
        get: operations["list_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/graph": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The operators of a version, to be drawn */
        get: operations["get_pipeline_graph"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a pipeline has logged last */
        get: operations["read_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/rejects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A pipeline's dead letters and late rows, the newest first
         * @description Records are shown to who may read all that the pipeline reads; others see codes and places. A page may be short of its limit and go on nevertheless.
         */
        get: operations["list_rejects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/rejects/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put dead letters, mended or not, through the pipeline again
         * @description A run of its own, of the same plan over just these records, writes what comes of them to the same sinks. Each is replayed once. A pipeline that remembers rows is refused.
         */
        post: operations["replay_rejects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/rejects/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what would come of dead letters, mended or not
         * @description Their records go through the decoder and the plan that is deployed, in memory. Nothing is written.
         */
        post: operations["try_rejects"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/rejects/{reject}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A dead letter or late row with its content */
        get: operations["get_reject"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forget a stopped pipeline's positions, state and dead letters */
        post: operations["reset_pipeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restart a pipeline, also one that has failed */
        post: operations["restart_pipeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make an earlier version the newest */
        post: operations["rollback_pipeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/scale": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change how many partitions are worked on at once */
        post: operations["scale_pipeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a pipeline has done in the last half hour */
        get: operations["get_pipeline_series"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a pipeline
         * @description From its last checkpoint. From anywhere else, what it has of state and positions is forgotten, which confirm has to confirm.
         */
        post: operations["start_pipeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a pipeline, draining it or at once */
        post: operations["stop_pipeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A pipeline's versions, the newest first */
        get: operations["list_pipeline_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A version with its text and its plan */
        get: operations["get_pipeline_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pipelines/{pipeline}/versions/{number}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What of one version's positions and state another keeps */
        get: operations["compare_pipeline_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Policies, the newest first
         * @description Administrators list all; others those for themselves, their teams and roles, and those about what they manage.
         */
        get: operations["list_policies"];
        put?: never;
        /**
         * Allow or deny somebody something
         * @description For who manages the scope, and administrators. Nobody grants more than they have, nor for longer.
         */
        post: operations["grant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/why": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why somebody may do something, or may not
         * @description Of oneself about all that one may know of; of others about what one manages.
         */
        get: operations["why"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/policies/{policy}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a policy back
         * @description It is in force on all servers within a second; pipelines that live on it stop.
         */
        delete: operations["revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at the rows of a node of a model
         * @description The part of the model up to the node runs as you, until there are rows enough. It commits nothing and writes nothing. What is wrong with the text is a problem with places; else a stream of JSON objects, one a line: {"columns": [...]}, {"row": {...}} as they come, each with its "node" where several were asked for, and at last {"end": {...}} or {"problem": {...}}. The run ends when the client goes away.
         */
        post: operations["preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's queries that run on this server; an administrator's are all */
        get: operations["list_queries"];
        put?: never;
        /**
         * Ask tables in ClickHouse, in SQL
         * @description One SELECT, SHOW, DESCRIBE or EXPLAIN, with SET and USE before it; tables are read as granted. What is wrong with the text is a problem with places. Else a stream of JSON objects, one a line: {"columns": [...], "query": id}, {"row": {...}} as they come, and at last {"end": {...}} with what was read, left out and rejected, or {"problem": {...}}. The query ends when the client goes away.
         */
        post: operations["query"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queries/{query}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Cancel a query that runs on this server
         * @description A query is known to the server that it was sent to, and ends with it or with its client. Elsewhere there is no such query.
         */
        delete: operations["cancel_query"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find tables, models and connections
         * @description By name, columns, description, tags, owner and domain, in English and Chinese: words may be cut short, and a letter may be wrong. What matches alike comes in the order of its use. Without a text, everything that the filters leave comes. Only what you may know of is found.
         */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search/suggest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names that fit what was typed so far */
        get: operations["suggest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A moment of the server */
        get: operations["get_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tables one may know of, by name */
        get: operations["list_tables"];
        put?: never;
        /** Declare a table */
        post: operations["create_table"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tables/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Propose columns for sample records */
        post: operations["infer_columns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tables/{table}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A table */
        get: operations["get_table"];
        /** Change what is said of a table */
        put: operations["change_table"];
        post?: never;
        /**
         * Remove a table that nothing uses
         * @description What lies outside stays. A table that is made under the name again is another one.
         */
        delete: operations["remove_table"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tables/{table}/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may do what with a table */
        get: operations["get_access"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tables/{table}/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was different outside when somebody looked last */
        get: operations["get_drift"];
        put?: never;
        /** Compare a table with what is outside */
        post: operations["check_drift"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tables/{table}/drift/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take what is outside as right from now on */
        post: operations["accept_drift"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tables/{table}/impact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a change of a table, or of one of its columns, reaches
         * @description The nearest first. What you may not know of is counted and not named.
         */
        get: operations["get_impact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tables/{table}/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a table is made from, and what is made from it
         * @description A graph around the table. Tables that you may not know of have no name: those next to each other are one node with their number. Models and pipelines of other teams are hidden.
         */
        get: operations["get_lineage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tags of the tables one may know of */
        get: operations["list_tags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All teams */
        get: operations["list_teams"];
        put?: never;
        /** Make a team */
        post: operations["create_team"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{team}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A team */
        get: operations["get_team"];
        /** Change a team */
        put: operations["change_team"];
        post?: never;
        /** Remove a team that nothing belongs to */
        delete: operations["remove_team"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{team}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A team's members */
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{team}/members/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a member, or change whether it owns the team
         * @description For the team's owners and administrators.
         */
        put: operations["set_member"];
        post?: never;
        /**
         * Remove a member
         * @description For the team's owners and administrators.
         */
        delete: operations["remove_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own API tokens */
        get: operations["list_tokens"];
        put?: never;
        /**
         * Make an API token
         * @description The secret is told once. The scopes are among what one has oneself.
         */
        post: operations["create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API token */
        delete: operations["revoke_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a file of rows
         * @description The body is the file: CSV with a header, one JSON object a line, or Parquet; the first two may be packed with gzip (.gz). The answer says what it seems to hold. The file waits for an hour on the server that took it.
         */
        post: operations["upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{upload}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file that waits */
        get: operations["get_upload"];
        put?: never;
        post?: never;
        /** Remove a file that waits */
        delete: operations["discard_upload"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{upload}/land": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a file's rows to a table
         * @description All good rows become visible at once, or nothing. With dry_run nothing is written, and the answer says what would be.
         */
        post: operations["land_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All accounts */
        get: operations["list_users"];
        put?: never;
        /** Make an account */
        post: operations["create_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account */
        get: operations["get_user"];
        /**
         * Change an account
         * @description Another role, or disabling it, ends its sessions.
         */
        put: operations["change_user"];
        post?: never;
        /** Remove an account */
        delete: operations["remove_user"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{user}/reset_password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give an account a random password
         * @description Ends its sessions. The password is told once.
         */
        post: operations["reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{user}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An account's API tokens */
        get: operations["list_user_tokens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{user}/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an account's API token */
        delete: operations["revoke_user_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workers that live */
        get: operations["list_workers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Analyse_textRequest: {
            /** @description the id of the model it is a text of */
            document?: string;
            /**
             * @default yaml
             * @enum {string}
             */
            format: "yaml" | "sql";
            text: string;
        };
        AppPartState: {
            address?: string;
            fix?: string;
            name: string;
            reason?: string;
            /** Format: int64 */
            restarts?: number;
            /** Format: date-time */
            since?: string;
            state: string;
        };
        AppPipelineStatus: {
            fingerprint: string;
            history: number[] | null;
            name: string;
            /** Format: date-time */
            next_try?: string;
            reason?: string;
            /** Format: double */
            rows_per_second: number;
            /** Format: date-time */
            since: string;
            sinks: {
                [key: string]: string;
            };
            /** Format: int64 */
            starts: number;
            state: string;
            stats: components["schemas"]["EngineStats"];
            team?: string;
        };
        AppTableState: {
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            grown: number;
            name: string;
            /** Format: int64 */
            rows: number;
        };
        AppTried: {
            records: components["schemas"]["AppTriedRecord"][];
            /** Format: int64 */
            rejected: number;
            sinks: components["schemas"]["AppTriedSink"][];
        };
        AppTriedRecord: {
            code?: string;
            path?: string;
            /** Format: int64 */
            rows: number;
        };
        AppTriedSink: {
            rows: unknown[];
            sink: string;
        };
        Approve_requestRequest: {
            /**
             * Format: date-time
             * @description when the grant ends, no later than was asked for; left out, as was asked for
             */
            expires?: string;
            note?: string;
        };
        AuditEntry: {
            action: string;
            /** Format: date-time */
            at: string;
            detail?: unknown;
            /** Format: int64 */
            id: number;
            name: string;
            object: string;
            object_name?: string;
            remote?: string;
            request?: string;
            subject: string;
            team?: string;
            token?: string;
        };
        AuthAccount: {
            /** Format: date-time */
            changed_at: string;
            disabled: boolean;
            display_name: string;
            email: string;
            has_password: boolean;
            id: string;
            issuer?: string;
            /** Format: date-time */
            login_at?: string;
            /** Format: date-time */
            made_at: string;
            name: string;
            /** Format: int64 */
            revision: number;
            role: string;
        };
        AuthAccountChange: {
            disabled: boolean;
            display_name: string;
            email: string;
            role: string;
        };
        AuthMember: {
            account: string;
            display_name: string;
            managed: boolean;
            name: string;
            owner: boolean;
        };
        AuthMembership: {
            name: string;
            owner: boolean;
            team: string;
        };
        AuthSession: {
            agent: string;
            id: string;
            /** Format: date-time */
            made_at: string;
            remote: string;
            /** Format: date-time */
            seen_at: string;
        };
        AuthTeam: {
            /** Format: date-time */
            changed_at: string;
            description: string;
            id: string;
            /** Format: date-time */
            made_at: string;
            name: string;
            /** Format: int64 */
            revision: number;
        };
        AuthToken: {
            account: string;
            /** Format: date-time */
            expires_at: string;
            id: string;
            /** Format: date-time */
            made_at: string;
            name: string;
            scopes: string[] | null;
            /** Format: date-time */
            used_at?: string;
        };
        AuthWays: {
            oidc: boolean;
            passwords: boolean;
        };
        CatalogBadRow: {
            code: string;
            column?: string;
            /** Format: int64 */
            line?: number;
            /** Format: int64 */
            row?: number;
            why: string;
        };
        CatalogCheck: {
            /** Format: date-time */
            at?: string;
            code?: string;
            fix?: string;
            message?: string;
            ok: boolean;
        };
        CatalogChosen: {
            domain?: string;
            key?: string[] | null;
            layer?: string;
            name?: string;
            physical: string;
            tags?: string[] | null;
            /** @description the connection's where it is left out */
            team?: string;
        };
        CatalogConnection: {
            /** @description it leads to an embedded part */
            builtin?: boolean;
            /** @description the outcome of the last check */
            check?: components["schemas"]["CatalogCheck"];
            component: string;
            /** Format: date-time */
            created: string;
            description?: string;
            id: string;
            name: string;
            /** @description each secret that is set is {"secret": "set"} */
            params: unknown;
            /** Format: int64 */
            revision: number;
            team?: string;
            /** Format: date-time */
            updated: string;
        };
        CatalogConnectionInput: {
            /** @description kafka, clickhouse, file, ... */
            component: string;
            /** @description Markdown */
            description?: string;
            /** @description unique; models and tables refer to it, so it never changes */
            name: string;
            /** @description as the component declares them; a secret is a text, {"secret": "set"} keeps the one there is */
            params: unknown;
            /** @description the id of the team it belongs to */
            team: string;
        };
        CatalogCount: {
            name: string;
            /** Format: int64 */
            tables: number;
        };
        CatalogDrift: {
            column?: string;
            is?: string;
            kind: string;
            message: string;
            severity: string;
            was?: string;
        };
        CatalogDriftEntry: {
            /** Format: date-time */
            at: string;
            changes: components["schemas"]["CatalogDrift"][];
            error?: string;
            severity: string;
            table: string;
        };
        CatalogLanded: {
            /**
             * Format: int64
             * @description that were left out, or would be
             */
            bad: number;
            preview?: unknown[] | null;
            rejected?: components["schemas"]["CatalogBadRow"][] | null;
            /**
             * Format: int64
             * @description that are in the table now, or would be
             */
            rows: number;
            /** @description the id of the table */
            table?: string;
        };
        CatalogLanding: {
            /** @description [{name, type, nullable}] */
            columns?: unknown;
            /** @description create: the name of the connection that the table lies in */
            connection?: string;
            dry_run?: boolean;
            event_time?: unknown;
            key?: string[] | null;
            layer?: string;
            /**
             * Format: int64
             * @description how many bad rows may be left out, 0 where nothing is said; -1 is any number
             */
            max_bad?: number;
            /** @enum {string} */
            mode: "create" | "append" | "replace";
            /** @description catalog.db.table */
            table: string;
            /** @description create: the team that owns it */
            team?: string;
        };
        CatalogRegistration: {
            /** @description why none was made */
            diagnostics?: components["schemas"]["Diagnostic"][] | null;
            /** @description of the table that was made */
            id?: string;
            name?: string;
            physical: string;
        };
        CatalogSchemaEventTime: {
            column: string;
            idle: string;
            max_future: string;
            out_of_order: string;
        };
        CatalogShownColumn: {
            description?: string;
            name: string;
            nullable: boolean;
            type: string;
        };
        CatalogTable: {
            columns: components["schemas"]["CatalogShownColumn"][];
            connections?: string[] | null;
            /** Format: date-time */
            created: string;
            created_by?: string;
            description?: string;
            domain?: string;
            drift?: components["schemas"]["CatalogDriftEntry"];
            event_time?: components["schemas"]["CatalogSchemaEventTime"];
            id: string;
            key?: string[] | null;
            kind: string;
            layer?: string;
            name: string;
            origin: string;
            /** @description what its system calls it */
            physical?: string;
            /** Format: int64 */
            revision: number;
            sink?: unknown;
            source?: unknown;
            tags?: string[] | null;
            team?: string;
            /** Format: date-time */
            updated: string;
        };
        CatalogTableInput: {
            /** @description [{name, type, nullable, description}] */
            columns: unknown;
            /** @description Markdown */
            description?: string;
            domain?: string;
            /** @description a column, or {column, out_of_order, max_future, idle} */
            event_time?: unknown;
            /** @description the columns that tell rows apart */
            key?: string[] | null;
            /** @description stream, changelog, dimension, flow or store */
            kind?: string;
            /** @description ODS, CDM or ADS; DWD, DWS and DIM are CDM with a tag */
            layer?: string;
            /** @description catalog.db.table; it never changes */
            name: string;
            /** @description how it is written: {component, params} */
            sink?: unknown;
            /** @description how it is read: {component, params} */
            source?: unknown;
            tags?: string[] | null;
            /** @description the id of the team that owns it */
            team: string;
        };
        CatalogTableSummary: {
            connections?: string[] | null;
            /** Format: date-time */
            created: string;
            description?: string;
            domain?: string;
            id: string;
            kind: string;
            layer?: string;
            name: string;
            origin: string;
            /** @description what its system calls it */
            physical?: string;
            /** Format: int64 */
            revision: number;
            tags?: string[] | null;
            team?: string;
            /** Format: date-time */
            updated: string;
        };
        CatalogUpload: {
            /** Format: int64 */
            bytes: number;
            columns: components["schemas"]["CatalogShownColumn"][];
            event_time?: string;
            /** Format: date-time */
            expires: string;
            /** @description csv, json or parquet */
            format: string;
            id: string;
            /** @description what was guessed, and why */
            notes?: string[] | null;
        };
        CatalogUser: {
            id: string;
            kind: string;
            name: string;
            team?: string;
        };
        Change_passwordRequest: {
            new: string;
            old: string;
        };
        ChosenRejects: {
            rejects: components["schemas"]["RejectsChosen"][] | null;
        };
        ClickhouseLossyCell: {
            column?: string;
            landed: string;
            /** Format: int64 */
            row: number;
            sent: string;
        };
        ClickhouseTrial: {
            /** Format: int64 */
            bytes: number;
            column_bytes: {
                [key: string]: number;
            };
            columns: string[] | null;
            exactly_once: boolean;
            /** Format: int64 */
            expected: number;
            /** Format: int64 */
            landed: number;
            lossy?: components["schemas"]["ClickhouseLossyCell"][] | null;
            /** Format: int64 */
            lossy_cells: number;
            promise: string;
            /** Format: int64 */
            rejected: number;
            rejects?: components["schemas"]["ClickhouseTrialReject"][] | null;
            rows: ((string | null)[] | null)[] | null;
            /** Format: int64 */
            sent: number;
        };
        ClickhouseTrialReject: {
            code: string;
            column: string;
            /** Format: int64 */
            row: number;
        };
        Comment_requestRequest: {
            text: string;
        };
        ComponentConnectionDeclaration: {
            /** @description it can be tried */
            check: boolean;
            /** @description it lists what could be a table */
            discover: boolean;
            /** @description rows can be uploaded to its tables */
            upload: boolean;
        };
        ComponentDeclaration: {
            /**
             * @description what a palette groups it by
             * @enum {string}
             */
            category: "source" | "shape" | "combine" | "sink" | "format" | "connection";
            /** @description of connections */
            connection?: components["schemas"]["ComponentConnectionDeclaration"];
            examples: components["schemas"]["ComponentExampleDeclaration"][];
            fields: components["schemas"]["ComponentFieldDeclaration"][];
            /** @description of formats */
            format?: components["schemas"]["ComponentFormatDeclaration"];
            /** @description whether edges lead out of it */
            has_output: boolean;
            /** @description Markdown */
            help: components["schemas"]["ComponentText"];
            /** @description an SVG of 16 by 16 in currentColor */
            icon: string;
            /** @enum {string} */
            kind: "source" | "transform" | "sink" | "format" | "connection";
            /**
             * Format: int64
             * @description how many edges lead in at most; -1 is any number
             */
            max_inputs: number;
            /**
             * Format: int64
             * @description how many edges lead in at least
             */
            min_inputs: number;
            name: string;
            /** @description the names of the inputs, one by one, where they are not alike */
            ports: string[];
            /** @description of sinks */
            sink?: components["schemas"]["ComponentSinkDeclaration"];
            /** @description one sentence */
            summary: components["schemas"]["ComponentText"];
            title: components["schemas"]["ComponentText"];
            /** Format: int64 */
            version: number;
        };
        ComponentExampleDeclaration: {
            title: components["schemas"]["ComponentText"];
            /** @description a whole model */
            yaml: string;
        };
        ComponentFieldDeclaration: {
            advanced?: boolean;
            /** @description the value where none is given, as documents write it */
            default?: unknown;
            /** @description the members of an object */
            fields?: components["schemas"]["ComponentFieldDeclaration"][] | null;
            help: components["schemas"]["ComponentText"];
            label: components["schemas"]["ComponentText"];
            /** Format: int64 */
            max?: number;
            max_text?: string;
            /**
             * Format: int64
             * @description of numbers; of lists and maps their length; of durations nanoseconds, of sizes bytes
             */
            min?: number;
            /** @description min of a duration or a size, as documents write it */
            min_text?: string;
            name: string;
            /** @description the members of a list or a map */
            of?: components["schemas"]["ComponentFieldDeclaration"];
            /** @description the values of an enum; of a connection, the components it may have */
            options?: components["schemas"]["ComponentOptionDeclaration"][] | null;
            required: boolean;
            secret?: boolean;
            /** @description of a list of objects: the member that a plain text stands for */
            short?: string;
            /** @description the field is hidden and ignored unless an earlier sibling has one of the values */
            show_if?: components["schemas"]["ComponentShowIfDeclaration"];
            /** @enum {string} */
            type: "string" | "text" | "int" | "float" | "bool" | "duration" | "size" | "time" | "enum" | "expr" | "column" | "table" | "connection" | "type" | "format" | "params" | "list" | "object" | "map" | "schema";
        };
        ComponentFormatDeclaration: {
            decodes: boolean;
            encodes: boolean;
        };
        ComponentOptionDeclaration: {
            label: components["schemas"]["ComponentText"];
            value: string;
        };
        ComponentShowIfDeclaration: {
            field: string;
            in: string[];
        };
        ComponentSinkDeclaration: {
            /** @description the changes it takes */
            accepts: ("append" | "upsert" | "retract")[];
        };
        ComponentText: {
            en: string;
            zh: string;
        };
        Components: {
            /** @description the parameters of an entity of a relational model, beside its id */
            entity: components["schemas"]["ComponentFieldDeclaration"][];
            /** @description by kind and name */
            items: components["schemas"]["ComponentDeclaration"][];
            /** @description the parameters of a join of a relational model, beside from and to */
            join: components["schemas"]["ComponentFieldDeclaration"][];
        };
        ControlActor: {
            name: string;
            subject: string;
        };
        ControlCause: {
            actor?: components["schemas"]["ControlActor"];
            kind: string;
            reason?: string;
        };
        ControlCheckpoint: {
            /** Format: date-time */
            committed_at: string;
            /** Format: int64 */
            epoch: number;
            manifest: string;
            plan: string;
            totals: components["schemas"]["ControlTotals"];
        };
        ControlDesired: {
            /** Format: date-time */
            at: string;
            cause: components["schemas"]["ControlCause"];
            /** Format: int64 */
            generation: number;
            how?: string;
            /** Format: int64 */
            restarts: number;
            start?: components["schemas"]["ControlStart"];
            want: string;
        };
        ControlEvent: {
            /** Format: date-time */
            at: string;
            cause: components["schemas"]["ControlCause"];
            code?: string;
            kind: string;
            params?: {
                [key: string]: string;
            };
            /** Format: int64 */
            seq: number;
            state?: string;
        };
        ControlHolder: {
            /** Format: date-time */
            beat_at: string;
            host: string;
            id: string;
            /** Format: int64 */
            lease_epoch: number;
        };
        ControlImpact: {
            restart: boolean;
            same: boolean;
            sinks: components["schemas"]["ControlPart"][] | null;
            sources: components["schemas"]["ControlPart"][] | null;
            state: components["schemas"]["ControlPart"][] | null;
        };
        ControlLogLine: {
            /** Format: date-time */
            at: string;
            attrs?: {
                [key: string]: string;
            };
            level: string;
            message: string;
            /** Format: int64 */
            number: number;
        };
        ControlObserved: {
            code?: string;
            /** Format: date-time */
            confirmed_at: string;
            fix?: string;
            /** Format: int64 */
            generation: number;
            /** Format: int64 */
            lease_epoch: number;
            /** Format: date-time */
            next_try?: string;
            reason?: string;
            /** Format: int64 */
            seq: number;
            /** Format: date-time */
            since: string;
            state: string;
            stats?: unknown;
            /** Format: int64 */
            version: number;
            worker?: string;
        };
        ControlPart: {
            fate: string;
            kind: string;
            operator: string;
            why?: string;
        };
        ControlSettings: {
            /** Format: int64 */
            epoch_ms?: number;
            /** Format: int64 */
            memory_bytes?: number;
            on_error?: string;
            /** Format: int64 */
            parallelism?: number;
            start?: components["schemas"]["ControlStart"];
        };
        ControlStart: {
            from?: string;
            /** Format: date-time */
            time?: string;
        };
        ControlStatus: {
            checkpoint?: components["schemas"]["ControlCheckpoint"];
            code?: string;
            /** Format: date-time */
            confirmed_at?: string;
            /** Format: date-time */
            created_at: string;
            desired: components["schemas"]["ControlDesired"];
            document?: string;
            fingerprint: string;
            fix?: string;
            id: string;
            name: string;
            observed: components["schemas"]["ControlObserved"];
            reason?: string;
            /** Format: int64 */
            revision: number;
            /** Format: date-time */
            since: string;
            state: string;
            team: string;
            /** Format: int64 */
            version: number;
            worker?: components["schemas"]["ControlHolder"];
        };
        ControlTotals: {
            /** Format: int64 */
            bytes_in: number;
            /** Format: int64 */
            duplicates: number;
            /** Format: int64 */
            future: number;
            /** Format: int64 */
            late: number;
            /** Format: int64 */
            rejected: number;
            /** Format: int64 */
            rows_in: number;
            /** Format: int64 */
            rows_out: number;
            /** Format: int64 */
            skipped: number;
        };
        ControlVersion: {
            approved_by?: string;
            /** Format: date-time */
            created_at: string;
            created_by: components["schemas"]["ControlActor"];
            document?: string;
            /** Format: int64 */
            document_version?: number;
            fingerprint: string;
            pipeline: string;
            plan?: unknown;
            /** Format: int64 */
            rolled_back_to?: number;
            settings: components["schemas"]["ControlSettings"];
            text?: string;
            /** Format: int64 */
            version: number;
        };
        ControlWorkerInfo: {
            /** Format: date-time */
            beat_at: string;
            /** Format: int64 */
            capacity: number;
            /** Format: date-time */
            expires_at: string;
            home?: string;
            host: string;
            id: string;
            /** Format: date-time */
            joined_at: string;
            leaving?: boolean;
            /** Format: int64 */
            pid: number;
            /** Format: int64 */
            pipelines: number;
            version: string;
        };
        Convert_textRequest: {
            /**
             * @default yaml
             * @enum {string}
             */
            format: "yaml" | "sql";
            text: string;
            /** @enum {string} */
            to: "yaml" | "sql";
        };
        Create_documentRequest: {
            /**
             * @default yaml
             * @enum {string}
             */
            format: "yaml" | "sql";
            /**
             * @description of a model that is given no text
             * @enum {string}
             */
            kind?: "view" | "relational_model";
            /** @description catalog.db.table */
            name: string;
            /** @description the id of the team it belongs to */
            team: string;
            text?: string;
        };
        Create_teamRequest: {
            description?: string;
            name: string;
            /** @description the account that owns it first, by id */
            owner?: string;
        };
        Create_tokenRequest: {
            /**
             * Format: int64
             * @description how long it lasts
             * @default 90
             */
            days: number;
            /** @description what it is for */
            name?: string;
            scopes: ("view" | "edit" | "operate" | "administer")[] | null;
        };
        Create_userRequest: {
            display_name?: string;
            email?: string;
            name: string;
            /** @description empty for an account that signs in with the single sign-on, or gets a password later */
            password?: string;
            /** @enum {string} */
            role: "viewer" | "analyst" | "operator" | "admin";
        };
        CsrfToken: {
            /** @description empty where a token is used, which needs none */
            csrf_token: string;
        };
        Deploy_documentRequest: {
            /** @description only say what would become of positions and state */
            dry_run?: boolean;
            /** @description why, for the timeline */
            reason?: string;
            /**
             * Format: int64
             * @description the pipeline's revision that was seen; 0 deploys over whatever is there
             */
            revision?: number;
            /** @description start it, also where it is stopped; what runs is restarted in any case */
            run?: boolean;
            settings?: components["schemas"]["ControlSettings"];
            /**
             * Format: int64
             * @description 0 is the newest
             */
            version?: number;
        };
        Deploy_textRequest: {
            /** @description only say what would become of positions and state */
            dry_run?: boolean;
            /**
             * @default yaml
             * @enum {string}
             */
            format: "yaml" | "sql";
            /** @description the pipeline's name, where the text has none */
            name?: string;
            /** @description why, for the timeline */
            reason?: string;
            /**
             * Format: int64
             * @description the pipeline's revision that was seen; 0 deploys over whatever is there
             */
            revision?: number;
            /** @description start it, also where it is stopped; what runs is restarted in any case */
            run?: boolean;
            settings?: components["schemas"]["ControlSettings"];
            /** @description the id of the team the pipelines run as */
            team: string;
            /** @description a model, or a script */
            text: string;
        };
        Deployed: {
            impact: components["schemas"]["ControlImpact"];
            name: string;
            pipeline?: components["schemas"]["ControlStatus"];
        };
        Deployments: {
            diagnostics: components["schemas"]["Diagnostic"][];
            pipelines: components["schemas"]["Deployed"][];
        };
        Design: {
            /** @description the sample is all there is */
            ended: boolean;
            /** @description the table, where there is one */
            existing?: components["schemas"]["DesignExisting"];
            proposal: components["schemas"]["DesignProposal"];
            /** Format: int64 */
            sampled: number;
            /** @description what the sample showed; absent when there were no rows */
            stats?: components["schemas"]["DesignStats"];
            /** @description how the sampled rows landed in a scratch table */
            trial?: components["schemas"]["ClickhouseTrial"];
        };
        DesignAlternative: {
            consequence: components["schemas"]["ComponentText"];
            pins: components["schemas"]["DesignChoices"];
            value: string;
        };
        DesignChoice: {
            alternatives?: components["schemas"]["DesignAlternative"][] | null;
            figures?: components["schemas"]["DesignFigure"][] | null;
            path: string;
            pinned: boolean;
            value: string;
            why: components["schemas"]["ComponentText"];
        };
        DesignChoices: {
            columns?: {
                [key: string]: components["schemas"]["DesignColumnChoice"];
            };
            database?: string;
            /** Format: int64 */
            deduplication_window?: number;
            engine?: string;
            name?: string;
            order_by?: string[];
            partition_by?: components["schemas"]["DesignPartition"];
            ttl?: components["schemas"]["DesignTTL"];
        };
        DesignColumn: {
            codec: components["schemas"]["DesignChoice"];
            name: string;
            nullable?: boolean;
            ours?: string;
            type: components["schemas"]["DesignChoice"];
            verdict?: string;
        };
        DesignColumnChoice: {
            codec?: string;
            type?: string;
        };
        DesignColumnStats: {
            /** Format: double */
            ascending: number;
            days?: {
                [key: string]: number;
            };
            /** Format: int64 */
            distinct: number;
            /** Format: double */
            even: number;
            exact: boolean;
            max?: string;
            /** Format: int64 */
            max_bytes?: number;
            /** Format: double */
            mean_bytes?: number;
            min?: string;
            /** Format: int64 */
            months?: number;
            name: string;
            /** Format: int64 */
            nulls: number;
        };
        DesignExisting: {
            /** Format: int64 */
            bytes: number;
            columns: components["schemas"]["DesignExistingColumn"][] | null;
            database: string;
            /** Format: int64 */
            deduplication_window: number;
            deleted?: string;
            engine: string;
            fills?: components["schemas"]["DesignTarget"][] | null;
            order_by?: string[] | null;
            order_by_text?: string;
            partition_by?: components["schemas"]["DesignPartition"];
            partition_by_text?: string;
            /** Format: int64 */
            partitions: number;
            /** Format: int64 */
            rows: number;
            table: string;
            version?: string;
        };
        DesignExistingColumn: {
            default_kind?: string;
            name: string;
            type: string;
        };
        DesignFigure: {
            name: string;
            value: string;
        };
        DesignFinding: {
            code: string;
            figures?: components["schemas"]["DesignFigure"][] | null;
            mend: components["schemas"]["ComponentText"];
            message: components["schemas"]["ComponentText"];
            path: string;
            pins?: components["schemas"]["DesignChoices"];
            severity: string;
        };
        DesignInput: {
            /** @description the cluster that the table is made on */
            cluster?: string;
            connection?: string;
            /** @description how often rows are written; 1s where it is left out */
            epoch?: string;
            /** @description the text of a model */
            model?: string;
            /** @description a node of the model: a ClickHouse sink, or one whose rows are to land; empty is the output of a virtual model */
            node?: string;
            /** @description what has been decided; everything else is proposed around it */
            pins?: components["schemas"]["DesignChoices"];
            /**
             * Format: int64
             * @description how many rows are sampled at most
             * @default 10000
             */
            rows: number;
            /** @description a table of the catalog whose rows are to land, instead of a model */
            source?: string;
            /** @description catalog.database.table */
            table?: string;
        };
        DesignPartition: {
            column?: string;
            function?: string;
        };
        DesignProposal: {
            choices: components["schemas"]["DesignChoice"][] | null;
            columns: components["schemas"]["DesignColumn"][] | null;
            database: string;
            /** Format: int64 */
            deduplication_window: number;
            engine: string;
            findings?: components["schemas"]["DesignFinding"][] | null;
            new: boolean;
            order_by?: string[] | null;
            params: {
                [key: string]: unknown;
            };
            partition_by?: components["schemas"]["DesignPartition"];
            size: components["schemas"]["DesignSize"];
            statements?: string[] | null;
            table: string;
            ttl?: components["schemas"]["DesignTTL"];
            view?: string;
        };
        DesignSize: {
            basis: components["schemas"]["ComponentText"];
            /** Format: double */
            bytes_per_day?: number;
            /** Format: double */
            bytes_per_row: number;
            measured: boolean;
            /** Format: double */
            rows_per_day?: number;
        };
        DesignStats: {
            columns: components["schemas"]["DesignColumnStats"][] | null;
            /** Format: int64 */
            rows: number;
            /** Format: double */
            rows_per_second: number;
        };
        DesignTTL: {
            after?: string;
            column?: string;
        };
        DesignTarget: {
            database: string;
            /** Format: int64 */
            deduplication_window: number;
            engine: string;
            table: string;
        };
        DiagPos: {
            /** Format: int64 */
            column?: number;
            /** Format: int64 */
            line?: number;
        };
        DiagSpan: {
            end?: components["schemas"]["DiagPos"];
            start?: components["schemas"]["DiagPos"];
        };
        Diagnostic: {
            code: string;
            file?: string;
            fix?: string;
            message: string;
            node?: string;
            path?: string;
            severity: string;
            span?: components["schemas"]["DiagSpan"];
        };
        DiffChange: {
            new: unknown;
            old: unknown;
            path: string;
        };
        DiffColumnChange: {
            name: string;
            new?: string;
            old?: string;
            op: string;
        };
        DiffEdge: {
            from: string;
            op: string;
            port?: string;
            to: string;
        };
        DiffNode: {
            component: string;
            id: string;
            op: string;
            params?: components["schemas"]["DiffChange"][] | null;
            was?: string;
            was_component?: string;
        };
        DiffOutput: {
            columns?: components["schemas"]["DiffColumnChange"][] | null;
            op: string;
            shape?: components["schemas"]["DiffChange"][] | null;
            table: string;
            virtual?: boolean;
        };
        DiffPipeline: {
            impact?: components["schemas"]["ControlImpact"];
            inputs?: components["schemas"]["DiffTable"][] | null;
            name: string;
            new_fingerprint?: string;
            old_fingerprint?: string;
            op: string;
            outputs?: components["schemas"]["DiffOutput"][] | null;
            was?: string;
        };
        DiffStatement: {
            op: string;
            text: string;
        };
        DiffTable: {
            op: string;
            table: string;
        };
        Document: {
            /** Format: date-time */
            created_at: string;
            created_by: string;
            description?: string;
            draft?: string;
            edited: boolean;
            fingerprint?: string;
            format: string;
            id: string;
            kind: string;
            name: string;
            /** Format: int64 */
            published: number;
            /** Format: int64 */
            revision: number;
            team: string;
            /** Format: date-time */
            updated_at: string;
            updated_by: string;
            virtual: boolean;
        };
        DocumentAnalysedEntity: {
            /** @description of a script create_table, create_view, insert, query, or table for one of the catalog */
            component: string;
            /** @description it cannot be planned, for its own mistakes or for those of a node in front of it */
            failed: boolean;
            id: string;
            inputs: components["schemas"]["DocumentAnalysedInput"][];
            /** @description its columns in the joined rows, by their names there; none where that is not settled */
            kept?: string[] | null;
            /** @description its own, or the table's */
            key: string[];
            /**
             * @description none where there is no such component
             * @enum {string}
             */
            kind?: "source" | "transform" | "sink";
            /** @description which changes the rows carry */
            mode?: components["schemas"]["PlanMode"];
            /** @enum {string} */
            role?: "fact" | "dimension";
            /** @description the rows that come out, or that go into a sink; none where it is not known */
            schema?: components["schemas"]["Schema"];
            /** @description where it stands in the text */
            span: components["schemas"]["DiagSpan"];
            /** @description of scripts: the table's name */
            table?: string;
        };
        DocumentAnalysedInput: {
            node: string;
            port?: string;
        };
        DocumentAnalysedJoin: {
            cardinality?: string;
            /** @description which of the diagnostics are about it, by position */
            diagnostics: number[];
            from: string;
            /** @description what becomes of rows without a match */
            join?: string;
            /** @description temporal, interval or keyed */
            match?: string;
            /** @description the operator that was chosen */
            operator?: string;
            span: components["schemas"]["DiagSpan"];
            to: string;
            /** @description why it was, in a sentence */
            why?: string;
        };
        DocumentAnalysedNode: {
            /** @description of a script create_table, create_view, insert, query, or table for one of the catalog */
            component: string;
            /** @description it cannot be planned, for its own mistakes or for those of a node in front of it */
            failed: boolean;
            id: string;
            inputs: components["schemas"]["DocumentAnalysedInput"][];
            /**
             * @description none where there is no such component
             * @enum {string}
             */
            kind?: "source" | "transform" | "sink";
            /** @description which changes the rows carry */
            mode?: components["schemas"]["PlanMode"];
            /** @description the rows that come out, or that go into a sink; none where it is not known */
            schema?: components["schemas"]["Schema"];
            /** @description where it stands in the text */
            span: components["schemas"]["DiagSpan"];
            /** @description of scripts: the table's name */
            table?: string;
        };
        DocumentAnalysedRelational: {
            entities: components["schemas"]["DocumentAnalysedEntity"][];
            joins: components["schemas"]["DocumentAnalysedJoin"][];
            output: components["schemas"]["DocumentAnalysedNode"];
        };
        DocumentAnalysis: {
            description?: string;
            /** @description everything that is to be said, with the node it is about and the place in its parameters */
            diagnostics: components["schemas"]["Diagnostic"][];
            /** @description what it computes; there is one where there is no error */
            fingerprint?: string;
            /** @description view, relational_model, ab_model or sql; empty where the text could not be read */
            kind: string;
            name?: string;
            nodes: components["schemas"]["DocumentAnalysedNode"][];
            /** @description of a relational model */
            relational?: components["schemas"]["DocumentAnalysedRelational"];
            time_zone?: string;
            /** @description others use its rows by its name */
            virtual?: boolean;
        };
        DocumentChecked: {
            diagnostics: components["schemas"]["Diagnostic"][] | null;
            fingerprint?: string;
            inputs?: components["schemas"]["LineageRef"][] | null;
            mode?: components["schemas"]["PlanMode"];
            outputs?: components["schemas"]["LineageRef"][] | null;
            pipelines?: string[] | null;
            schema?: components["schemas"]["Schema"];
            virtual?: boolean;
        };
        DocumentComparison: {
            edges?: components["schemas"]["DiffEdge"][] | null;
            layout?: boolean;
            nodes?: components["schemas"]["DiffNode"][] | null;
            params?: components["schemas"]["DiffChange"][] | null;
            pipelines?: components["schemas"]["DiffPipeline"][] | null;
            plans: boolean;
            same: boolean;
            sentences: components["schemas"]["ComponentText"][] | null;
            settings?: components["schemas"]["DiffChange"][] | null;
            statements?: components["schemas"]["DiffStatement"][] | null;
            unread?: boolean;
        };
        DocumentConverted: {
            diagnostics: components["schemas"]["Diagnostic"][];
            /** @description all that came out: a script may be several documents */
            documents: components["schemas"]["DocumentWriting"][];
            fingerprint?: string;
            /** @description the text, where it is one */
            text?: string;
        };
        DocumentDrawing: {
            compiled: components["schemas"]["DocumentGraph"];
            fingerprint: string;
            model: string;
            optimized: components["schemas"]["DocumentGraph"];
            /** @description the optimizer's rules that changed something */
            rules: components["schemas"]["OptimizeApplied"][];
            time_zone: string;
        };
        DocumentExplained: {
            diagnostics: components["schemas"]["Diagnostic"][];
            /** @description each plan as compiled and as it runs, for a canvas */
            drawings: components["schemas"]["DocumentDrawing"][];
            /** @description the plans as they run, for people */
            optimized_text?: string;
            /** @description the plans as compiled, for programs */
            plans?: unknown[] | null;
            /** @description the plans as compiled, for people */
            text?: string;
        };
        DocumentGraph: {
            edges: components["schemas"]["DocumentOperatorEdge"][];
            nodes: components["schemas"]["DocumentOperator"][];
        };
        DocumentOperator: {
            /** @description of the rows that come out; of a sink, of those that go in */
            columns: components["schemas"]["SchemaField"][];
            /** @description of a scan or a sink */
            component?: string;
            /** @description what it does, on one line */
            detail?: string;
            /** @description the operator's identity, by which its state is named */
            id: string;
            mode: components["schemas"]["PlanMode"];
            /** @description the node of the model, or the part of the script, that it belongs to */
            model_node: string;
            op: string;
            /** @description columns that are not decoded, computed or carried, as nothing reads them */
            pruned?: string[] | null;
            /** @description the columns of its inputs that it computes with */
            reads: string[];
            /** @description of a scan or a sink */
            table?: string;
            title: string;
        };
        DocumentOperatorEdge: {
            from: string;
            /**
             * Format: int64
             * @description which of the inputs it is, from 0
             */
            input: number;
            to: string;
        };
        DocumentSaved: {
            /** Format: date-time */
            created_at: string;
            created_by: string;
            description?: string;
            diagnostics: components["schemas"]["Diagnostic"][] | null;
            draft?: string;
            edited: boolean;
            fingerprint?: string;
            format: string;
            id: string;
            kind: string;
            name: string;
            /** Format: int64 */
            published: number;
            /** Format: int64 */
            revision: number;
            team: string;
            /** Format: date-time */
            updated_at: string;
            updated_by: string;
            virtual: boolean;
        };
        DocumentVersion: {
            /** Format: date-time */
            at: string;
            author: string;
            author_name: string;
            document: string;
            fingerprint: string;
            format: string;
            id: string;
            inputs: components["schemas"]["LineageRef"][] | null;
            kind: string;
            message: string;
            name: string;
            /** Format: int64 */
            number: number;
            outputs: components["schemas"]["LineageRef"][] | null;
            text?: string;
            virtual: boolean;
        };
        DocumentWriting: {
            name: string;
            text: string;
        };
        Ended: {
            /**
             * @description drain commits what was read; now ends at once, and what was not committed is read again
             * @default drain
             * @enum {string}
             */
            how: "drain" | "now";
            /** @description why, for the timeline */
            reason?: string;
        };
        EngineEpochStats: {
            /** Format: date-time */
            at: string;
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            duration_ms: number;
            failed?: string;
            /** Format: int64 */
            number: number;
            /** Format: int64 */
            rows: number;
        };
        EngineOperatorStats: {
            /** Format: double */
            blocked: number;
            /** Format: double */
            busy: number;
            node?: string;
            operator: string;
            /** Format: int64 */
            parallelism: number;
            /** Format: int64 */
            rows_in: number;
            /** Format: int64 */
            rows_out: number;
            /** Format: int64 */
            state_bytes?: number;
            /** Format: int64 */
            state_rows?: number;
        };
        EnginePartitionStats: {
            idle: boolean;
            /** Format: int64 */
            lag: number;
            partition: string;
            position: string;
            source: string;
            /** Format: date-time */
            watermark?: string;
        };
        EngineStats: {
            /** Format: double */
            busy: number;
            /** Format: int64 */
            checkpoint_bytes: number;
            /** Format: int64 */
            checkpoint_time: number;
            /** Format: date-time */
            committed?: string;
            /** Format: int64 */
            epoch: number;
            epochs?: components["schemas"]["EngineEpochStats"][] | null;
            failure?: string;
            has_watermark: boolean;
            /** Format: int64 */
            lag: number;
            operators?: components["schemas"]["EngineOperatorStats"][] | null;
            partitions?: components["schemas"]["EnginePartitionStats"][] | null;
            promises?: {
                [key: string]: string;
            };
            /** Format: int64 */
            restarts: number;
            state: string;
            /** Format: int64 */
            state_bytes: number;
            totals: components["schemas"]["ControlTotals"];
            /** Format: date-time */
            watermark?: string;
        };
        ExprFunction: {
            aliases?: string[] | null;
            doc: string;
            example: string;
            group: string;
            name: string;
            signatures: string[] | null;
        };
        Formatted: {
            diagnostics: components["schemas"]["Diagnostic"][];
            text: string;
        };
        Found: {
            /** @description false while the index is being made: then there may be more */
            complete: boolean;
            items: components["schemas"]["SearchHit"][];
            next_cursor?: string;
        };
        GrantRequest: {
            /** @enum {string} */
            action: "discover" | "read" | "write" | "manage";
            /**
             * @default allow
             * @enum {string}
             */
            effect: "allow" | "deny";
            /**
             * Format: date-time
             * @description when it ends; left out, never
             */
            expires?: string;
            note?: string;
            /** @description even if nobody but administrators can manage a table then */
            orphan?: boolean;
            /** @description as in *, catalog:ads, db:ads.music or table:<id> */
            scope: string;
            /** @description as in user:<id>, team:<id> or role:analyst */
            subject: string;
        };
        GrantsAccess: {
            holders: components["schemas"]["GrantsHolder"][] | null;
            users?: components["schemas"]["GrantsUserAccess"][] | null;
        };
        GrantsComment: {
            /** Format: date-time */
            at: string;
            by: string;
            by_name: string;
            /** Format: int64 */
            id: number;
            text: string;
        };
        GrantsExplanation: {
            action: string;
            allowed: boolean;
            allows?: components["schemas"]["GrantsReason"][] | null;
            denies?: components["schemas"]["GrantsReason"][] | null;
            ended?: components["schemas"]["GrantsReason"][] | null;
            name: string;
            needed?: components["schemas"]["GrantsNeeded"];
            object: components["schemas"]["GrantsObject"];
            object_name: string;
            subject: string;
            text: {
                [key: string]: string;
            };
            verdict: string;
        };
        GrantsHolder: {
            actions: string[] | null;
            denied?: string[] | null;
            name: string;
            policies: components["schemas"]["GrantsPolicy"][] | null;
            subject: string;
        };
        GrantsNeeded: {
            actions?: string[] | null;
            ask?: string;
            grant: boolean;
            scopes?: string[] | null;
            subjects?: string[] | null;
            take_back?: string[] | null;
        };
        GrantsObject: {
            catalog?: string;
            db?: string;
            table?: string;
        };
        GrantsPolicy: {
            action: string;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            effect: string;
            /** Format: date-time */
            expires?: string;
            id: string;
            note?: string;
            scope: string;
            subject: string;
        };
        GrantsReason: {
            action: string;
            /** Format: date-time */
            created_at: string;
            created_by: string;
            created_by_name: string;
            effect: string;
            /** Format: date-time */
            expires?: string;
            id: string;
            note?: string;
            revoked?: components["schemas"]["GrantsRevocation"];
            scope: string;
            scope_name: string;
            subject: string;
            subject_name: string;
        };
        GrantsRequest: {
            action: string;
            answer?: string;
            /** Format: date-time */
            at: string;
            by: string;
            by_name: string;
            comments?: components["schemas"]["GrantsComment"][] | null;
            /** Format: date-time */
            decided_at?: string;
            decided_by?: string;
            decided_name?: string;
            /** Format: date-time */
            expires?: string;
            /** Format: date-time */
            granted?: string;
            id: string;
            policy?: string;
            reason: string;
            /** Format: int64 */
            revision: number;
            scope: string;
            state: string;
            subject: string;
        };
        GrantsRevocation: {
            /** Format: date-time */
            at: string;
            by: string;
            name: string;
            note?: string;
        };
        GrantsUserAccess: {
            actions: string[] | null;
            name: string;
            subject: string;
            through: string[] | null;
        };
        GraphEdge: {
            from: string;
            /** Format: int64 */
            port: number;
            to: string;
        };
        GraphNode: {
            component?: string;
            description?: string;
            inline?: string;
            node: string;
            op: string;
            operator: string;
            table?: string;
        };
        HealthCounts: {
            /** Format: int64 */
            backpressured: number;
            /** Format: int64 */
            busy: number;
            /** Format: int64 */
            failed: number;
            /** Format: int64 */
            idle: number;
            /** Format: int64 */
            running: number;
            /** Format: int64 */
            starting: number;
            /** Format: int64 */
            stopped: number;
            /** Format: int64 */
            unconfirmed: number;
        };
        Impact: {
            /**
             * Format: int64
             * @description how many models and pipelines there are that you may not know of
             */
            hidden: number;
            items: components["schemas"]["LineageAffected"][];
        };
        Infer_columnsRequest: {
            /** @enum {string} */
            format: "json" | "csv" | "raw";
            /** @description records; the first of csv is the header */
            samples: string[] | null;
        };
        InferredColumns: {
            columns: components["schemas"]["CatalogShownColumn"][];
            event_time?: string;
            /** @description what was guessed, and why */
            notes?: string[] | null;
        };
        ItemsAuditEntry: {
            items: components["schemas"]["AuditEntry"][];
            next_cursor?: string;
        };
        ItemsAuthAccount: {
            items: components["schemas"]["AuthAccount"][];
            next_cursor?: string;
        };
        ItemsAuthMember: {
            items: components["schemas"]["AuthMember"][];
            next_cursor?: string;
        };
        ItemsAuthSession: {
            items: components["schemas"]["AuthSession"][];
            next_cursor?: string;
        };
        ItemsAuthTeam: {
            items: components["schemas"]["AuthTeam"][];
            next_cursor?: string;
        };
        ItemsAuthToken: {
            items: components["schemas"]["AuthToken"][];
            next_cursor?: string;
        };
        ItemsCatalogConnection: {
            items: components["schemas"]["CatalogConnection"][];
            next_cursor?: string;
        };
        ItemsCatalogCount: {
            items: components["schemas"]["CatalogCount"][];
            next_cursor?: string;
        };
        ItemsCatalogRegistration: {
            items: components["schemas"]["CatalogRegistration"][];
            next_cursor?: string;
        };
        ItemsCatalogTableSummary: {
            items: components["schemas"]["CatalogTableSummary"][];
            next_cursor?: string;
        };
        ItemsControlEvent: {
            items: components["schemas"]["ControlEvent"][];
            next_cursor?: string;
        };
        ItemsControlLogLine: {
            items: components["schemas"]["ControlLogLine"][];
            next_cursor?: string;
        };
        ItemsControlStatus: {
            items: components["schemas"]["ControlStatus"][];
            next_cursor?: string;
        };
        ItemsControlVersion: {
            items: components["schemas"]["ControlVersion"][];
            next_cursor?: string;
        };
        ItemsControlWorkerInfo: {
            items: components["schemas"]["ControlWorkerInfo"][];
            next_cursor?: string;
        };
        ItemsDocument: {
            items: components["schemas"]["Document"][];
            next_cursor?: string;
        };
        ItemsDocumentVersion: {
            items: components["schemas"]["DocumentVersion"][];
            next_cursor?: string;
        };
        ItemsGrantsReason: {
            items: components["schemas"]["GrantsReason"][];
            next_cursor?: string;
        };
        ItemsGrantsRequest: {
            items: components["schemas"]["GrantsRequest"][];
            next_cursor?: string;
        };
        ItemsPerson: {
            items: components["schemas"]["Person"][];
            next_cursor?: string;
        };
        ItemsPipelineRates: {
            items: components["schemas"]["PipelineRates"][];
            next_cursor?: string;
        };
        ItemsQueryRunning: {
            items: components["schemas"]["QueryRunning"][];
            next_cursor?: string;
        };
        ItemsShownDrift: {
            items: components["schemas"]["ShownDrift"][];
            next_cursor?: string;
        };
        ItemsSuggestion: {
            items: components["schemas"]["Suggestion"][];
            next_cursor?: string;
        };
        Language: {
            /** @description by name, the aggregates among them; documentation is in English */
            functions: components["schemas"]["ExprFunction"][];
            /** @description reserved words, which name a column only in back quotes */
            keywords: string[];
            /** @description the names of data types */
            types: string[];
        };
        LineageAffected: {
            columns?: string[] | null;
            direct?: boolean;
            /** Format: int64 */
            distance: number;
            document?: string;
            id: string;
            kind: string;
            name: string;
            tables: components["schemas"]["LineageRef"][] | null;
            team: string;
            version?: string;
            virtual?: boolean;
        };
        LineageColumn: {
            direct: boolean;
            from: string;
            to: string;
        };
        LineageDrawing: {
            cut?: boolean;
            edges: components["schemas"]["LineageLine"][] | null;
            nodes: components["schemas"]["LineageNode"][] | null;
        };
        LineageLine: {
            columns?: components["schemas"]["LineageColumn"][] | null;
            from: string;
            to: string;
            via: components["schemas"]["LineageVia"][] | null;
        };
        LineageNode: {
            /** Format: int64 */
            count?: number;
            /** Format: int64 */
            distance: number;
            id: string;
            kind: string;
            layer?: string;
            more?: boolean;
            name?: string;
            owner?: string;
            team?: string;
            type?: string;
        };
        LineageRef: {
            id?: string;
            name?: string;
        };
        LineageVia: {
            hidden?: boolean;
            id?: string;
            kind?: string;
            name?: string;
            virtual?: boolean;
        };
        Log_inRequest: {
            name: string;
            password: string;
        };
        Me: {
            /** @description what one may do at all, be it within one team */
            capabilities: string[];
            /** @description what X-Csrf-Token holds in requests of this session that change something */
            csrf_token?: string;
            name: string;
            role: string;
            /** @description the id of this session */
            session?: string;
            teams: components["schemas"]["AuthMembership"][];
            /** @description the id of the API token that was used */
            token?: string;
            /** @description the account's id */
            user: string;
        };
        NewPassword: {
            /** @description it is told once */
            password: string;
        };
        NewToken: {
            account: string;
            /** Format: date-time */
            expires_at: string;
            id: string;
            /** Format: date-time */
            made_at: string;
            name: string;
            scopes: string[] | null;
            /** @description what goes behind Bearer; it is told once */
            secret: string;
            /** Format: date-time */
            used_at?: string;
        };
        NoteBody: {
            note?: string;
        };
        OptimizeApplied: {
            /** Format: int64 */
            changes: number;
            rule: string;
        };
        Person: {
            display_name: string;
            name: string;
            user: string;
        };
        PipelineGraph: {
            edges: components["schemas"]["GraphEdge"][];
            nodes: components["schemas"]["GraphNode"][];
            /** Format: int64 */
            version: number;
        };
        PipelineRates: {
            /** Format: date-time */
            at: string;
            /** Format: int64 */
            every_seconds: number;
            id: string;
            points: number[];
        };
        PipelineSeries: {
            /** Format: date-time */
            at: string;
            /** @description by operator, the share of the time in which it worked; null while it did not run */
            busy: {
                [key: string]: (number | null)[] | null;
            };
            /** @description how far the watermark lies behind the clock; null while there is none */
            delay_ms: (number | null)[];
            /** Format: int64 */
            every_seconds: number;
            /** @description records not read yet; null while unknown */
            lag: (number | null)[];
            /** @description rows per second */
            rows_in: number[];
            /** @description rows per second */
            rows_out: number[];
        };
        PipelineSummary: {
            health: components["schemas"]["HealthCounts"];
            /** Format: double */
            rows_per_second: number;
            /** Format: int64 */
            total: number;
        };
        PlanMode: {
            change: string;
            key?: string[] | null;
        };
        PreviewBody: {
            /** @description read streams from their beginning */
            earliest?: boolean;
            /**
             * @default yaml
             * @enum {string}
             */
            format: "yaml" | "sql";
            /** @description the node; empty is the output of a model without a sink. Of a script the last query is looked at */
            node?: string;
            /** @description several nodes at once, such as one and its inputs, in the place of node: each line then says whose it is */
            nodes?: string[] | null;
            /**
             * Format: int64
             * @description of each node
             * @default 50
             */
            rows: number;
            /** @description a model, or a script */
            text: string;
            /**
             * Format: int64
             * @description how long to wait for rows
             * @default 10000
             */
            timeout_ms: number;
        };
        ProbeColumn: {
            name: string;
            nullable?: boolean;
            /** @description a type of the language, such as int64 or decimal(10, 2) */
            type: string;
        };
        ProbeInput: {
            columns: components["schemas"]["ProbeColumn"][];
            /**
             * @default scalar
             * @enum {string}
             */
            kind: "bool" | "scalar" | "aggregate";
            /** @description the parameters of the model */
            params?: components["schemas"]["ProbeParam"][] | null;
            /** @description sample rows: a value for each column, as JSON */
            rows?: (unknown[] | null)[] | null;
            text: string;
            /** @description of the model, an IANA name; empty is UTC */
            time_zone?: string;
        };
        ProbeOutput: {
            /** @description the name given with AS */
            alias?: string;
            /** @description with places within the text */
            diagnostics: components["schemas"]["Diagnostic"][];
            nullable?: boolean;
            /** @description what comes of each row; of an aggregate the type alone is told */
            results?: components["schemas"]["ProbeResult"][] | null;
            type?: string;
        };
        ProbeParam: {
            name: string;
            type: string;
            /** @description as a text; none is NULL */
            value?: string;
        };
        ProbeResult: {
            /** @description why the row has no value */
            error?: components["schemas"]["ProbeRowError"];
            /** @description the value as JSON; null is NULL */
            value?: unknown;
        };
        ProbeRowError: {
            code: string;
            fix?: string;
            message: string;
        };
        Problem: {
            /** @description the registered code, area.snake_case */
            code: string;
            /** @description what is wrong, in a sentence */
            detail: string;
            /** @description everything that is wrong, with its place */
            diagnostics?: components["schemas"]["Diagnostic"][] | null;
            /** @description what to do about it */
            fix?: string;
            /** @description the request's id, as the server's log has it */
            request?: string;
            /** Format: int64 */
            status: number;
            /** @description what the status means */
            title: string;
            /** @description always about:blank; the code tells problems apart */
            type: string;
        };
        Publish_documentRequest: {
            /** @description what is new in it */
            message?: string;
        };
        Published: {
            diagnostics: components["schemas"]["Diagnostic"][];
            version: components["schemas"]["DocumentVersion"];
        };
        QueryInput: {
            /**
             * Format: int64
             * @description rows at most, within the server's limit; 0 is that limit
             */
            limit?: number;
            /** @description SQL */
            text: string;
        };
        QueryRunning: {
            id: string;
            /** Format: date-time */
            started: string;
            text: string;
            user: string;
        };
        Register_tablesRequest: {
            items: components["schemas"]["CatalogChosen"][] | null;
        };
        Rejects: {
            /** @description whether records are shown */
            contents: boolean;
            items: components["schemas"]["RejectsItem"][];
            next_cursor?: string;
            /** @description why they are not */
            why?: string;
        };
        RejectsChosen: {
            id: string;
            /** @description the mended record, in base64; left out, the record as it was */
            raw?: string;
        };
        RejectsDone: {
            replay: string;
            totals: components["schemas"]["ControlTotals"];
        };
        RejectsItem: {
            change?: string;
            code?: string;
            /** Format: date-time */
            committed_at: string;
            /** Format: int64 */
            epoch?: number;
            hidden?: boolean;
            id: string;
            kind: string;
            node: string;
            /** Format: int64 */
            offset: number;
            partition?: string;
            partly?: boolean;
            path?: string;
            raw?: string;
            replayed?: components["schemas"]["StoreReplayed"];
            row?: unknown;
            /** Format: int64 */
            size?: number;
            source?: string;
            truncated?: boolean;
            /** Format: date-time */
            window_from?: string;
            /** Format: date-time */
            window_to?: string;
        };
        Rename_documentRequest: {
            name: string;
        };
        Request_accessRequest: {
            /** @enum {string} */
            action: "discover" | "read" | "write" | "manage";
            /**
             * Format: date-time
             * @description until when; left out, for good
             */
            expires?: string;
            reason: string;
            /** @description as in catalog:ads, db:ads.music or table:<id> */
            scope: string;
            /** @description a team of one's own, as in team:<id>; left out, oneself */
            subject?: string;
        };
        Reset_pipelineRequest: {
            /** @description the pipeline's name */
            confirm: string;
            /** @description why, for the timeline */
            reason?: string;
        };
        Restore_documentRequest: {
            /** Format: int64 */
            version: number;
        };
        Rollback_pipelineRequest: {
            /** @description why, for the timeline */
            reason?: string;
            /**
             * Format: int64
             * @description the version that is repeated
             */
            version: number;
        };
        Rolled: {
            impact: components["schemas"]["ControlImpact"];
            pipeline: components["schemas"]["ControlStatus"];
        };
        Save_draftRequest: {
            text: string;
        };
        Scale_pipelineRequest: {
            /**
             * Format: int64
             * @description 0 is one a core
             */
            parallelism: number;
            /** @description why, for the timeline */
            reason?: string;
        };
        Schema: {
            event_time?: components["schemas"]["SchemaEventTime"];
            fields: components["schemas"]["SchemaField"][] | null;
            key?: string[] | null;
        };
        SchemaEventTime: {
            column: string;
            idle: string;
            max_future: string;
            out_of_order: string;
        };
        SchemaField: {
            description?: string;
            name: string;
            nullable: boolean;
            type: string;
        };
        SearchColumn: {
            description?: string;
            name: string;
            type?: string;
        };
        SearchHighlight: {
            column?: string;
            cut?: boolean;
            field: string;
            spans: (number[] | null)[] | null;
            text: string;
        };
        SearchHit: {
            columns?: components["schemas"]["SearchColumn"][] | null;
            description?: string;
            domain?: string;
            highlights?: components["schemas"]["SearchHighlight"][] | null;
            id: string;
            kind: string;
            layer?: string;
            name: string;
            owner?: string;
            tags?: string[] | null;
            team?: string;
            type?: string;
        };
        Set_memberRequest: {
            owner?: boolean;
        };
        ShownDrift: {
            /** Format: date-time */
            at: string;
            changes: components["schemas"]["CatalogDrift"][];
            error?: string;
            name: string;
            severity: string;
            table: string;
            touches?: components["schemas"]["CatalogUser"][] | null;
        };
        Start_pipelineRequest: {
            /** @description the pipeline's name, where a checkpoint is to be forgotten */
            confirm?: string;
            /** @description why, for the timeline */
            reason?: string;
            /** @description where to begin; the last checkpoint where nothing is said */
            start?: components["schemas"]["ControlStart"];
        };
        Status: {
            parts: components["schemas"]["AppPartState"][] | null;
            pipelines: components["schemas"]["AppPipelineStatus"][] | null;
            /** Format: date-time */
            started: string;
            tables: components["schemas"]["AppTableState"][] | null;
            tables_error?: string;
            /** Format: date-time */
            time: string;
            /** Format: double */
            uptime_seconds: number;
            version: components["schemas"]["VersionInfo"];
            workers: components["schemas"]["ControlWorkerInfo"][] | null;
        };
        StoreReplayed: {
            /** Format: date-time */
            at: string;
            by: string;
            name: string;
            reject: string;
            replay: string;
            state: string;
        };
        Suggestion: {
            id: string;
            kind: string;
            name: string;
            /** @description the parts of the name that match: from and to, in code points */
            spans?: (number[] | null)[] | null;
            type?: string;
        };
        TeamBody: {
            description?: string;
            name: string;
        };
        TextBody: {
            /**
             * @default yaml
             * @enum {string}
             */
            format: "yaml" | "sql";
            text: string;
        };
        Validate_textRequest: {
            /** @description the id of the model it is a text of */
            document?: string;
            /**
             * @default yaml
             * @enum {string}
             */
            format: "yaml" | "sql";
            text: string;
        };
        VersionInfo: {
            commit?: string;
            date?: string;
            go: string;
            platform: string;
            version: string;
        };
        Versions: {
            /** Format: int64 */
            from: number;
            from_text: string;
            impact: components["schemas"]["ControlImpact"];
            /** @description those of the version that takes the place of the other */
            settings?: unknown;
            /** Format: int64 */
            to: number;
            to_text: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_requests: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
                /** @description as in *, catalog:ads, db:ads.music or table:<id> */
                scope?: string;
                state?: "open" | "approved" | "refused" | "withdrawn";
                /** @description those that one has made */
                mine?: boolean;
                /** @description those that one may decide on */
                decidable?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsGrantsRequest"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    request_access: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Request_accessRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantsRequest"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_request: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                request: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantsRequest"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approve_request: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                request: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Approve_requestRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantsPolicy"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    comment_request: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                request: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Comment_requestRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantsComment"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refuse_request: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                request: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteBody"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_request: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                request: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
                /** @description who, as in user:<id> */
                subject?: string;
                /** @description what, as in table:<id> */
                object?: string;
                /** @description the id of the team it belongs to */
                team?: string;
                /** @description what was done, as in table.change */
                action?: string;
                /** @description the first moment */
                from?: string;
                /** @description the moment after the last */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsAuditEntry"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_csrf: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CsrfToken"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Log_inRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Change_passwordRequest"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    finish_oidc: {
        parameters: {
            query?: {
                state?: string;
                code?: string;
                iss?: string;
                session_state?: string;
                scope?: string;
                error?: string;
                error_description?: string;
                error_uri?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Found */
            302: {
                headers: {
                    Location?: string;
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_oidc: {
        parameters: {
            query?: {
                /** @description the path of this site to come back to */
                return_to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Found */
            302: {
                headers: {
                    Location?: string;
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsAuthSession"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_ways: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthWays"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    analyse_text: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Analyse_textRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentAnalysis"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    convert_text: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Convert_textRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentConverted"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explain_text: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TextBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentExplained"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_expression: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProbeInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProbeOutput"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    format_text: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TextBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Formatted"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    validate_text: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Validate_textRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentChecked"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_components: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of what is there already: the answer is 304 while that is the newest */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Components"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_connections: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
                component?: string;
                team?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsCatalogConnection"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_connection: {
        parameters: {
            query?: {
                /** @description store it although the system cannot be reached */
                unchecked?: boolean;
            };
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CatalogConnectionInput"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogConnection"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_connection: {
        parameters: {
            query?: {
                /** @description the connection whose secrets are kept */
                id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CatalogConnectionInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogCheck"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogConnection"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_connection: {
        parameters: {
            query?: {
                /** @description store it although the system cannot be reached */
                unchecked?: boolean;
            };
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                connection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CatalogConnectionInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogConnection"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_connection: {
        parameters: {
            query?: {
                /** @description although tables use it */
                force?: boolean;
            };
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_connection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogCheck"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discover: {
        parameters: {
            query?: {
                /** @description of physical names, with *, ? and [a-z] */
                pattern?: string;
                /** @description a physical name; several may be given */
                name?: string[] | null;
                /** @description records to look at where only they tell the columns; -1 is none */
                samples?: number;
                limit?: number;
            };
            header?: never;
            path: {
                connection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register_tables: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                connection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Register_tablesRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsCatalogRegistration"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    design_table: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DesignInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Design"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_design: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DesignInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Design"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_documents: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
                /** @description a part of the name */
                name?: string;
                /** @description view, relational_model, ab_model or sql */
                kind?: string[] | null;
                /** @description the id of one of these teams */
                team?: string[] | null;
                /** @description whether others use its rows by its name */
                virtual?: "true" | "false";
                /** @description whether it has a version */
                published?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsDocument"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_document: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Create_documentRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentSaved"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_document: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                document: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentSaved"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_document: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                document: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deploy_document: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                document: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Deploy_documentRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployments"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    diff_document: {
        parameters: {
            query?: {
                /** @description a version's number, published or draft */
                from?: string;
                /** @description a version's number, published or draft */
                to?: string;
            };
            header?: never;
            path: {
                document: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentComparison"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    save_draft: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                document: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Save_draftRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentSaved"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rename_document: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                document: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rename_documentRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentSaved"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_document: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                document: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Restore_documentRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentSaved"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_versions: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                document: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsDocumentVersion"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publish_document: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                document: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Publish_documentRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Published"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                document: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DocumentVersion"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_domains: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsCatalogCount"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_drifts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsShownDrift"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_functions: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of what is there already: the answer is 304 while that is the newest */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "Cache-Control"?: string;
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Language"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_people: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsPerson"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_pipelines: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
                /** @description a part of the name */
                name?: string;
                /** @description the id of one of these teams */
                team?: string[] | null;
                /** @description what is wanted */
                want?: "running" | "stopped";
                /** @description what it does: one of these */
                state?: string[] | null;
                /** @description deployed from this document */
                document?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsControlStatus"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deploy_text: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Deploy_textRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deployments"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_pipeline_rates: {
        parameters: {
            query?: {
                /** @description the ids of the pipelines, at most 200 */
                id?: string[] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsPipelineRates"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    summarize_pipelines: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineSummary"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlStatus"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_pipeline: {
        parameters: {
            query: {
                /** @description the pipeline's name */
                confirm: string;
            };
            header?: never;
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsControlEvent"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_pipeline_graph: {
        parameters: {
            query?: {
                /** @description the number of a version; the one that is wanted where there is none */
                version?: number;
            };
            header?: never;
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineGraph"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_log: {
        parameters: {
            query?: {
                /** @description the number of the last line that is known */
                after?: number;
                /** @description how many of the last lines */
                limit?: number;
            };
            header?: never;
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsControlLogLine"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_rejects: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
                kind?: "dead" | "late";
                code?: string;
                /** @description the operator's id */
                node?: string;
                /** @description committed at this time or later */
                from?: string;
                /** @description committed before this time */
                to?: string;
            };
            header?: never;
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rejects"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replay_rejects: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChosenRejects"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectsDone"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    try_rejects: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChosenRejects"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AppTried"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_reject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pipeline: string;
                reject: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectsItem"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reset_pipeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reset_pipelineRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlStatus"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restart_pipeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Ended"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlStatus"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rollback_pipeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rollback_pipelineRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rolled"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    scale_pipeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Scale_pipelineRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlStatus"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_pipeline_series: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PipelineSeries"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    start_pipeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Start_pipelineRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlStatus"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stop_pipeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Ended"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlStatus"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_pipeline_versions: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                pipeline: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsControlVersion"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_pipeline_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                pipeline: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlVersion"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compare_pipeline_versions: {
        parameters: {
            query?: {
                /** @description the version it takes the place of; 0 is the one before */
                from?: number;
            };
            header?: never;
            path: {
                pipeline: string;
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Versions"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_policies: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
                /** @description as in *, catalog:ads, db:ads.music or table:<id> */
                scope?: string;
                /** @description as in user:<id>, team:<id> or role:analyst */
                subject?: string;
                effect?: "allow" | "deny";
                /** @description with those that have expired or were taken back */
                ended?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsGrantsReason"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    grant: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GrantRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantsPolicy"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    why: {
        parameters: {
            query: {
                /** @description as in *, catalog:ads, db:ads.music or table:<id> */
                scope: string;
                action: "discover" | "read" | "write" | "manage";
                /** @description as in user:<id> or team:<id>; left out, oneself */
                subject?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantsExplanation"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke: {
        parameters: {
            query?: {
                /** @description why; pipelines that stop for it say so */
                note?: string;
                /** @description even if nobody but administrators can manage a table then */
                orphan?: boolean;
            };
            header?: never;
            path: {
                policy: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_queries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsQueryRunning"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    query: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_query: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                query: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    search: {
        parameters: {
            query?: {
                /** @description what is looked for */
                q?: string;
                /** @description one of these kinds */
                kind?: ("table" | "document" | "connection")[] | null;
                /** @description kind of table or document, or component of connection */
                type?: string[] | null;
                /** @description one of these layers */
                layer?: string[] | null;
                /** @description one of these domains */
                domain?: string[] | null;
                /** @description all of these tags */
                tag?: string[] | null;
                /** @description the id of one of these teams */
                team?: string[] | null;
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Found"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    suggest: {
        parameters: {
            query?: {
                /** @description what was typed so far */
                q?: string;
                /** @description one of these kinds */
                kind?: ("table" | "document" | "connection")[] | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsSuggestion"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tables: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
                kind?: string;
                layer?: string;
                team?: string;
                domain?: string;
                tag?: string;
                catalog?: string;
                db?: string;
                origin?: string;
                /** @description the name of a connection */
                connection?: string;
                /** @description part of the name */
                text?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsCatalogTableSummary"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_table: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CatalogTableInput"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogTable"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    infer_columns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Infer_columnsRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InferredColumns"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_table: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogTable"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_table: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                table: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CatalogTableInput"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogTable"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_table: {
        parameters: {
            query?: {
                /** @description although models or pipelines use it */
                force?: boolean;
            };
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_access: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantsAccess"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_drift: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownDrift"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    check_drift: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownDrift"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    accept_drift: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogTable"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_impact: {
        parameters: {
            query?: {
                /** @description a column of the table; none is the table as a whole */
                column?: string;
            };
            header?: never;
            path: {
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Impact"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_lineage: {
        parameters: {
            query?: {
                /** @description how many steps upstream; 0 is all */
                up?: number;
                /** @description how many steps downstream; 0 is all */
                down?: number;
            };
            header?: never;
            path: {
                table: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LineageDrawing"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tags: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsCatalogCount"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_teams: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsAuthTeam"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_team: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Create_teamRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthTeam"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_team: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthTeam"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_team: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamBody"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthTeam"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_team: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_members: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsAuthMember"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Set_memberRequest"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                team: string;
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsAuthToken"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_token: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Create_tokenRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload: {
        parameters: {
            query?: {
                /** @description the file's name, which tells the format */
                name?: string;
                /** @description where the name does not tell */
                format?: "csv" | "json" | "parquet";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogUpload"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogUpload"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    discard_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    land_upload: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                upload: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CatalogLanding"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogLanded"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                /** @description how many items at most */
                limit?: number;
                /** @description next_cursor of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsAuthAccount"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Create_userRequest"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthAccount"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthAccount"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthAccountChange"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthAccount"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description the ETag of the revision the change is made to */
                "If-Match"?: string;
            };
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: {
                /** @description a text of your own, at most 255 characters: the same request with it within a day is answered as the first was, and done once */
                "Idempotency-Key"?: string;
            };
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewPassword"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_user_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsAuthToken"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_user_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user: string;
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_workers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemsControlWorkerInfo"];
                };
            };
            /** @description Error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
