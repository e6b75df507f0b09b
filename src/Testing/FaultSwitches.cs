using ForgeOrleans.Emulator.Faults;

namespace ForgeOrleans.Testing;

/// <summary>What goes wrong with calls of products and of the gateway, switched on and off.</summary>
public sealed class FaultSwitches
{
    private readonly PlatformApi _api;

    internal FaultSwitches(PlatformApi api) => _api = api;

    /// <summary>Switches a fault on: it meets calls from now on.</summary>
    /// <param name="fault">What goes wrong, with which calls, for how long.</param>
    /// <param name="ct">Ends the call.</param>
    /// <returns>The fault's id.</returns>
    /// <exception cref="ForgeTestException">The fault names no site that there is, or has something out of its range.</exception>
    public async Task<long> AddAsync(Fault fault, CancellationToken ct = default) => (await _api.PostAsync<FaultOnTheWire>("/faults", fault, ct)).Id;

    /// <summary>How many calls a fault has met; null when it is over.</summary>
    /// <param name="id">The fault's id.</param>
    /// <param name="ct">Ends the call.</param>
    public async Task<int?> HitsAsync(long id, CancellationToken ct = default) =>
        (await _api.GetAsync<FaultsOnTheWire>("/faults", ct)).Faults.FirstOrDefault(fault => fault.Id == id)?.Hits;

    /// <summary>Switches all faults off.</summary>
    /// <param name="ct">Ends the call.</param>
    public Task ClearAsync(CancellationToken ct = default) => _api.SendAsync<FaultsOnTheWire>("DELETE", "/faults", null, "/faults", ct);

    private sealed record FaultOnTheWire(long Id, int Hits);

    private sealed record FaultsOnTheWire(IReadOnlyList<FaultOnTheWire> Faults);
}
