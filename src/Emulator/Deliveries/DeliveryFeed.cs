using ForgeOrleans.Emulator.Live;

namespace ForgeOrleans.Emulator.Deliveries;

/// <summary>The last deliveries, in the order in which they were begun.</summary>
internal sealed class DeliveryFeed(TimeProvider clock, Changes changes)
{
    public const int Capacity = 1000;

    private readonly Lock _turn = new();
    private readonly Queue<Delivery> _deliveries = new();
    private long _lastId;

    public Delivery Begin(Parcel parcel, long? duplicateOf = null)
    {
        lock (_turn)
        {
            var delivery = new Delivery(++_lastId, parcel, duplicateOf, clock.GetUtcNow(), changes);
            _deliveries.Enqueue(delivery);
            if (_deliveries.Count > Capacity)
            {
                _deliveries.Dequeue();
            }

            return delivery;
        }
    }

    public IReadOnlyList<Delivery> After(long id)
    {
        lock (_turn)
        {
            return [.. _deliveries.Where(delivery => delivery.Id > id)];
        }
    }

    public Delivery? Find(long id)
    {
        lock (_turn)
        {
            return _deliveries.FirstOrDefault(delivery => delivery.Id == id);
        }
    }
}
