using ForgeOrleans.Work;

namespace ForgeOrleans.Api.Deliveries;

/// <summary>What the handlers of a path take, as metadata of its endpoint: the types of events, or the keys of triggers.</summary>
internal sealed class DeliveredWork
{
    private readonly List<string> _keys = [];

    public IReadOnlyList<string> Keys => _keys;

    /// <summary>There is a handler of lifecycle events beside those of <see cref="Keys"/>.</summary>
    public bool TakesLifecycle { get; set; }

    public void Add(string key) => _keys.Add(key);

    public bool Takes(string key) =>
        _keys.Contains(key) || _keys.Contains(DeferredHandlers.Any) || (TakesLifecycle && LifecycleTypes.ChangeOf(key) is not null);
}
