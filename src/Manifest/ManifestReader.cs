namespace ForgeOrleans.Manifest;

/// <summary>Reads the nodes of a manifest into its records, and refuses references that lead nowhere.</summary>
internal sealed class ManifestReader(ManifestNode root)
{
    private const string AppIdPrefix = "ari:cloud:ecosystem::app/";
    private const double DefaultMigrationHours = 24;

    private readonly List<(EndpointUse Use, string EndpointKey, ManifestNode Node)> _uses = [];

    public AppManifest Read()
    {
        var app = root.RequireMapping("app");
        var modules = root.FindMapping("modules");
        var remotes = Unique(root.Mappings("remotes"), ReadRemote, remote => remote.Key, "remote");
        var manifest = new AppManifest
        {
            AppId = ReadAppId(app),
            Remotes = remotes,
            Resources = Unique(root.Mappings("resources"), ReadResource, resource => resource.Key, "resource"),
            Scopes = ReadScopes(),
            Frontend = FrontendReader.Read(root.FindMapping("permissions")),
            StorageEntities = StorageReader.Read(app),
        };
        return modules is null ? manifest : ReadModules(manifest, modules);
    }

    private AppManifest ReadModules(AppManifest manifest, ManifestNode modules)
    {
        var userInterfaces = new List<UiModule>();
        var others = new List<OtherModule>();
        foreach (var (type, list) in modules.Entries().Where(entry => entry.Value.IsSequence && !IsReadByName(entry.Name)))
        {
            foreach (var module in list.Items().Where(item => item.IsMapping))
            {
                ReadOtherModule(type, module, userInterfaces, others);
            }
        }

        manifest = manifest with
        {
            UiModules = userInterfaces,
            OtherModules = others,
            Triggers = [.. WithEndpoint(modules, "trigger").Select(ReadTrigger)],
            ScheduledTriggers = [.. WithEndpoint(modules, "scheduledTrigger").Select(ReadScheduledTrigger)],
            PreUninstalls = [.. WithEndpoint(modules, "preUninstall").Select(ReadPreUninstall)],
            WebTriggers = [.. WithEndpoint(modules, "webtrigger").Select(ReadWebTrigger)],
            DataResidencyMigrations = [.. DataResidencies(modules).Select(ReadDataResidency)],
        };
        var endpoints = Unique(modules.Mappings("endpoint"), node => ReadEndpoint(node, manifest), endpoint => endpoint.Key, "endpoint");
        CheckUses(endpoints);
        return manifest with
        {
            Endpoints = [.. endpoints.Select(endpoint => endpoint with
            {
                Uses = [.. _uses.Where(use => use.EndpointKey == endpoint.Key).OrderBy(use => use.Node.Line).Select(use => use.Use)],
            })],
        };
    }

    private static bool IsReadByName(string type) =>
        type is "endpoint" or "function" or "trigger" or "scheduledTrigger" or "preUninstall" or "webtrigger" or "migration:dataResidency";

    // An app has one, and the platform's own documentation writes it without a list around it.
    private static IEnumerable<ManifestNode> DataResidencies(ManifestNode modules) =>
        modules.Find("migration:dataResidency") is { IsMapping: true } only ? [only] : modules.Mappings("migration:dataResidency");

    private static IEnumerable<ManifestNode> WithEndpoint(ManifestNode modules, string type) =>
        modules.Mappings(type).Where(module => module.Find("endpoint") is not null);

    private static string ReadAppId(ManifestNode app)
    {
        var id = app.RequireText("id");
        return id.StartsWith(AppIdPrefix, StringComparison.Ordinal) && id.Length > AppIdPrefix.Length
            ? id
            : throw app.Find("id")!.Problem($"app.id is \"{AppIdPrefix}<uuid>\", as \"forge register\" writes it, not \"{id}\".");
    }

    private static Remote ReadRemote(ManifestNode node) => new()
    {
        Key = node.RequireText("key"),
        BaseUrl = node.Find("baseUrl") switch
        {
            null => null,
            { IsMapping: true } regions => regions.RequireText("default"),
            var single => single.Text(),
        },
        Operations = [.. node.Find("operations")?.Items().Select(item => item.Text()) ?? []],
        Auth = ReadAuth(node),
    };

    private static TokenAuth ReadAuth(ManifestNode node) => node.FindMapping("auth") is not { } auth
        ? TokenAuth.None
        : new TokenAuth(
            auth.FindMapping("appSystemToken")?.FindFlag("enabled") ?? false,
            auth.FindMapping("appUserToken")?.FindFlag("enabled") ?? false);

    private static Resource ReadResource(ManifestNode node) => new(node.RequireText("key"), node.RequireText("path"));

    private List<Scope> ReadScopes() => root.FindMapping("permissions")?.Find("scopes") switch
    {
        null => [],
        { IsMapping: true } map => [.. map.Entries().Select(entry => new Scope(entry.Name, entry.Value.FindFlag("allowImpersonation")))],
        var list => [.. list.Items().Select(item => new Scope(item.Text(), false))],
    };

    private static EndpointModule ReadEndpoint(ManifestNode node, AppManifest manifest)
    {
        var key = node.RequireText("key");
        var remote = node.Find("service") is null ? node.RequireText("remote") : null;
        if (remote is not null && manifest.Remotes.All(known => known.Key != remote))
        {
            throw node.Find("remote")!.Problem($"endpoint \"{key}\" names remote \"{remote}\", which is not among the remotes.");
        }

        return new EndpointModule
        {
            Key = key,
            RemoteKey = remote,
            RoutePath = node.FindMapping("route")?.RequireText("path"),
            Auth = ReadAuth(node),
            Line = node.Line,
        };
    }

    private TriggerModule ReadTrigger(ManifestNode node)
    {
        var (key, endpoint) = Use(node, EndpointUseKind.Trigger, "trigger");
        var events = node.Find("events") ?? throw node.Problem($"trigger \"{key}\" has no events.");
        return new TriggerModule(key, endpoint, [
            .. events.Items().Select(item => item.IsMapping ? item.RequireText("eventType") : item.Text()),
        ]);
    }

    private ScheduledTriggerModule ReadScheduledTrigger(ManifestNode node)
    {
        var (key, endpoint) = Use(node, EndpointUseKind.ScheduledTrigger, "scheduledTrigger");
        return new ScheduledTriggerModule(key, endpoint, node.RequireText("interval"));
    }

    private PreUninstallModule ReadPreUninstall(ManifestNode node)
    {
        var (key, endpoint) = Use(node, EndpointUseKind.PreUninstall, "preUninstall");
        return new PreUninstallModule(key, endpoint);
    }

    private WebTriggerModule ReadWebTrigger(ManifestNode node)
    {
        var (key, endpoint) = Use(node, EndpointUseKind.WebTrigger, "webtrigger");
        return new WebTriggerModule(key, endpoint);
    }

    private DataResidencyModule ReadDataResidency(ManifestNode node)
    {
        var remote = node.RequireText("remote");
        return root.Mappings("remotes").Any(known => known.FindText("key") == remote)
            ? new DataResidencyModule(
                node.RequireText("key"),
                remote,
                node.FindText("path"),
                node.FindNumber("maxMigrationDurationHours") ?? DefaultMigrationHours)
            : throw node.Find("remote")!.Problem($"migration:dataResidency names remote \"{remote}\", which is not among the remotes.");
    }

    /// <summary>A module of any other type: with a user interface, with an endpoint, with both, or of no interest to a remote.</summary>
    private void ReadOtherModule(string type, ManifestNode node, List<UiModule> userInterfaces, List<OtherModule> others)
    {
        var resolvers = Resolvers.Of(node).ToList();
        var resource = node.FindText("resource");
        if (resource is not null || resolvers.Count > 0)
        {
            var key = node.RequireText("key");
            userInterfaces.Add(new UiModule(type, key, resource, resolvers.FirstOrDefault()?.Text())
            {
                Title = node.Find("title") is { IsMapping: false, IsSequence: false } title ? title.Text() : null,
                IsNative = node.FindText("render") is "native",
            });
            _uses.AddRange(resolvers
                .DistinctBy(resolver => resolver.Text())
                .Select(resolver => (new EndpointUse(EndpointUseKind.Invocation, type, key), resolver.Text(), resolver)));
        }

        if (node.Find("endpoint") is not null)
        {
            var (key, endpoint) = Use(node, EndpointUseKind.Other, type);
            others.Add(new OtherModule(type, key, endpoint));
        }
    }

    private (string Key, string EndpointKey) Use(ManifestNode module, EndpointUseKind kind, string type)
    {
        var key = module.RequireText("key");
        var endpoint = module.RequireText("endpoint");
        _uses.Add((new EndpointUse(kind, type, key), endpoint, module.Find("endpoint")!));
        return (key, endpoint);
    }

    private void CheckUses(IReadOnlyList<EndpointModule> endpoints)
    {
        foreach (var (use, key, node) in _uses)
        {
            var endpoint = endpoints.FirstOrDefault(known => known.Key == key)
                ?? throw node.Problem($"{use.ModuleType} \"{use.ModuleKey}\" names endpoint \"{key}\", which is not among the endpoints.");
            if (use.Kind is EndpointUseKind.Trigger && endpoint.RemoteKey is not null)
            {
                CheckTriggerEndpoint(use, endpoint, node);
            }
        }
    }

    private static void CheckTriggerEndpoint(EndpointUse use, EndpointModule endpoint, ManifestNode node)
    {
        if (endpoint.RoutePath is null)
        {
            throw node.Problem($"endpoint \"{endpoint.Key}\" of trigger \"{use.ModuleKey}\" needs a route with a path to deliver to.");
        }

        if (endpoint.Auth.AppUserToken)
        {
            throw node.Problem(
                $"endpoint \"{endpoint.Key}\" of trigger \"{use.ModuleKey}\" must not ask for appUserToken: events have no user.");
        }
    }

    private static List<T> Unique<T>(IEnumerable<ManifestNode> nodes, Func<ManifestNode, T> read, Func<T, string> keyOf, string kind)
    {
        var result = new List<T>();
        foreach (var node in nodes)
        {
            var item = read(node);
            if (result.Any(other => keyOf(other) == keyOf(item)))
            {
                throw node.Problem($"there are two {kind}s with the key \"{keyOf(item)}\"; keys are unique.");
            }

            result.Add(item);
        }

        return result;
    }
}
