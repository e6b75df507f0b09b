using System.Collections.Concurrent;

namespace ForgeOrleans.Work;

/// <summary>
/// The handlers of work: of events, triggers, lifecycle changes and jobs. They run without a web request, in whichever process has the work, so every
/// process of an app maps the same ones.
/// </summary>
public sealed class DeferredHandlers
{
    /// <summary>The key of a handler that takes whatever no other takes.</summary>
    public const string Any = "*";

    private readonly ConcurrentDictionary<(string Kind, string? Path, string Key), DeferredHandler> _handlers = new();

    /// <summary>Adds a handler.</summary>
    /// <param name="kind">The kind of work: one of <see cref="WorkKind"/>.</param>
    /// <param name="path">The path that the work is delivered to; null for work that is not delivered, and for what is found by its key alone.</param>
    /// <param name="key">What of the kind: an event's type, a trigger's key, a job's name; <see cref="Any"/> for all.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="services">The application's services: what they provide, a handler may take.</param>
    /// <exception cref="ArgumentException">There is one for this already, the handler has a parameter that nothing provides, or it is <c>async void</c>.</exception>
    public void Add(string kind, string? path, string key, Delegate handler, IServiceProvider services)
    {
        if (!_handlers.TryAdd((kind, path, key), new(kind, handler, services)))
            throw new ArgumentException($"There is a handler for the {kind} '{key}'{(path is null ? "" : $" at {path}")} already.", nameof(key));
    }

    internal DeferredHandler? Find(WorkItem item)
    {
        foreach (var path in (string?[])[item.Path, null])
            foreach (var key in (string[])[item.Key, Any])
                if (_handlers.TryGetValue((item.Kind, path, key), out var handler))
                    return handler;
        return null;
    }
}
