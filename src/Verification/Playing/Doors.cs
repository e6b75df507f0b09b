using System.Text.Json.Nodes;
using ForgeOrleans.Emulator;
using ForgeOrleans.Manifest;
using ForgeOrleans.Verification.Tokens;

namespace ForgeOrleans.Verification.Playing;

/// <summary>Finds the doors of a remote in the app's manifest.</summary>
internal sealed class Doors(VerificationOptions options, Platform platform)
{
    private const string LifecyclePrefix = "avi:forge:";
    private const string Home = "/";

    private readonly AppManifest _manifest = options.Manifest;
    private readonly string? _remote = RemoteOf(options);

    /// <summary>Every door: each call, each event of each trigger, each module.</summary>
    public IReadOnlyList<Door> All() =>
        [.. Invocations(), .. Events(), .. Triggers(), .. PreUninstalls(), .. WebTriggers(), .. Migrations(), .. Others()];

    private static string? RemoteOf(VerificationOptions options)
    {
        var keys = options.Manifest.Remotes.Select(remote => remote.Key).ToList();
        var all = string.Join(", ", keys);
        return options.RemoteKey is { } chosen
            ? keys.Contains(chosen) ? chosen : throw new VerificationException($"The manifest has no remote '{chosen}'; its remotes: {(all is "" ? "none" : all)}.")
            : keys.Count switch
            {
                0 => throw new VerificationException("The manifest has no remote: it needs one below \"remotes\", and endpoints that name it."),
                1 => keys[0],
                _ => throw new VerificationException($"The manifest has several remotes ({all}): say which one this is."),
            };
    }

    private IEnumerable<Door> Invocations()
    {
        var resolvers = Own(_manifest.Endpoints.Where(endpoint => endpoint.Uses.Any(use => use.Kind is EndpointUseKind.Invocation))).ToList();
        if (options.Invocations.Count > 0)
            return options.Invocations.Select(call => Invocation(resolvers.FirstOrDefault(), call.Method, call.Path, call.Body) with { IsChosen = true });
        return resolvers.Count == 0
            ? [Invocation(null, "GET", Home, null)]
            : resolvers.Select(endpoint => Invocation(endpoint, "GET", endpoint.RoutePath ?? Home, null)).DistinctBy(door => door.Path);
    }

    private Door Invocation(EndpointModule? endpoint, string method, string path, JsonNode? body) =>
        new(DoorKind.Invocation, method, path, new() { Module = _manifest.UiModules.FirstOrDefault(module => endpoint is not null && module.ResolverEndpointKey == endpoint.Key)?.Key })
        {
            Body = body,
            Auth = endpoint?.Auth ?? TokenAuth.None,
        };

    private IEnumerable<Door> Events() =>
        from trigger in _manifest.Triggers
        from eventType in trigger.Events
        from door in Delivery(DoorKindOf(eventType), trigger.EndpointKey, trigger.Key, eventType, BodyOf(eventType))
        select door;

    private static DoorKind DoorKindOf(string eventType) =>
        eventType.StartsWith(LifecyclePrefix, StringComparison.Ordinal) ? DoorKind.Lifecycle : DoorKind.Event;

    private JsonObject BodyOf(string eventType) => DoorKindOf(eventType) is DoorKind.Lifecycle
        ? SampleBodies.Lifecycle(platform, eventType, Guid.Parse(platform.Sites[0].InstallationId))
        : SampleBodies.Event(eventType, 1);

    private IEnumerable<Door> Triggers() => _manifest.ScheduledTriggers.SelectMany(trigger =>
        Delivery(DoorKind.ScheduledTrigger, trigger.EndpointKey, trigger.Key, trigger.Key, SampleBodies.Module(platform.Sites[0].CloudId, trigger.Key)));

    // It may erase what the site has: of a site that nothing else is checked with.
    private IEnumerable<Door> PreUninstalls() => _manifest.PreUninstalls.SelectMany(hook =>
    {
        var (installation, cloud) = (Guid.NewGuid(), Guid.NewGuid());
        return Delivery(DoorKind.PreUninstall, hook.EndpointKey, hook.Key, hook.Key, SampleBodies.Module($"{cloud}", hook.Key))
            .Select(door => door with { Token = door.Token.On(installation, cloud) });
    });

    private IEnumerable<Door> WebTriggers() => _manifest.WebTriggers.SelectMany(trigger =>
        Delivery(DoorKind.WebTrigger, trigger.EndpointKey, trigger.Key, trigger.Key, SampleBodies.WebTriggerEnvelope(trigger.Key)));

    private IEnumerable<Door> Others() => _manifest.OtherModules
        .Where(module => _manifest.Endpoints.Any(endpoint => endpoint.Key == module.EndpointKey && endpoint.RoutePath is not null))
        .SelectMany(module => Delivery(DoorKind.Other, module.EndpointKey, module.Key, module.Key, SampleBodies.Module(platform.Sites[0].CloudId, module.Key)));

    private IEnumerable<Door> Migrations()
    {
        var hooks = _manifest.DataResidencyMigrations.FirstOrDefault(module => module.RemoteKey == _remote);
        if (hooks is null)
            return [];
        var token = Anonymous(hooks.Key, hooks.Key, "jira").On(Guid.NewGuid(), Guid.NewGuid());
        return
        [
            Hook("POST", "schedule", SampleBodies.Migration()),
            Hook("POST", "start", SampleBodies.Migration()),
            Hook("GET", $"status?migrationId={SampleBodies.MigrationId}", null),
            Hook("POST", "rollback", new JsonObject { ["migrationId"] = SampleBodies.MigrationId }),
        ];

        Door Hook(string method, string name, JsonNode? body) =>
            new(DoorKind.Migration, method, $"{hooks.Path?.TrimEnd('/')}/{name}", token) { Body = body, Key = hooks.Key };
    }

    private IEnumerable<Door> Delivery(DoorKind kind, string endpointKey, string moduleKey, string key, JsonObject body)
    {
        if (Own(_manifest.Endpoints.Where(endpoint => endpoint.Key == endpointKey)).FirstOrDefault() is not { } endpoint)
            yield break;
        if (endpoint.RoutePath is null && kind is not DoorKind.WebTrigger)
            throw new VerificationException($"Endpoint \"{endpointKey}\" of \"{moduleKey}\" has no route in the manifest: give it one with the path to deliver to.");
        var product = key.StartsWith("avi:confluence:", StringComparison.Ordinal) ? "confluence" : "jira";
        yield return new(kind, "POST", endpoint.RoutePath ?? Home, Anonymous(endpointKey, moduleKey, product))
        {
            Body = body,
            // Events and triggers never bring a user's token (contract, section 5).
            Auth = endpoint.Auth with { AppUserToken = false },
            Key = key,
        };
    }

    private TokenWish Anonymous(string endpointKey, string moduleKey, string product) => new()
    {
        User = TokenWish.Nobody,
        Claims = new()
        {
            ["app"] = new JsonObject
            {
                ["apiBaseUrl"] = platform.ApiBaseUrl(product, platform.Sites[0]),
                ["module"] = new JsonObject { ["type"] = "core:endpoint", ["key"] = endpointKey },
            },
            ["context"] = new JsonObject { ["moduleKey"] = moduleKey, ["extension"] = null, ["localId"] = null },
        },
    };

    private IEnumerable<EndpointModule> Own(IEnumerable<EndpointModule> endpoints) => endpoints.Where(endpoint => endpoint.RemoteKey == _remote);
}
