using ForgeOrleans.Hosting;

namespace ForgeOrleans.PostgreSql;

/// <summary>
/// An activation's writes, in the order of the calls. Those that come while one is on its way to the server share the next round trip.
/// After one has failed none is made any more: it would build on what may not be there.
/// </summary>
internal sealed class WriteQueue(Func<ActorWrite, Task> commit)
{
    private readonly Queue<(ActorWrite Write, TaskCompletionSource Durable)> _waiting = [];
    private bool _writing;
    private Exception? _failure;

    public Task WriteAsync(ActorWrite write)
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            _waiting.Enqueue((write, durable));
            if (_writing)
                return durable.Task;
            _writing = true;
        }
        _ = WriteAllAsync();
        return durable.Task;
    }

    private async Task WriteAllAsync()
    {
        // An actor that sets its alarm often commits rows in the same breath: the two are to be one round trip.
        await Task.Yield();
        var shared = new List<TaskCompletionSource>();
        while (Next(shared) is { } write)
        {
            try
            {
                if (_failure is not null)
                    throw Again(_failure);
                await commit(write);
                shared.ForEach(durable => durable.SetResult());
            }
            catch (Exception e)
            {
                _failure ??= e;
                shared.ForEach(durable => durable.SetException(e));
            }
            shared.Clear();
        }
    }

    private ActorWrite? Next(List<TaskCompletionSource> shared)
    {
        lock (_waiting)
        {
            if (!_waiting.TryDequeue(out var first))
            {
                _writing = false;
                return null;
            }
            shared.Add(first.Durable);
            var write = first.Write;
            while (_waiting.TryPeek(out var next) && write.Changes + next.Write.Changes <= IActorRows.MostChanges)
            {
                write = write.Then(next.Write);
                shared.Add(_waiting.Dequeue().Durable);
            }
            return write;
        }
    }

    private static Exception Again(Exception failure) => failure is StaleActivationException
        ? failure
        : new StorageUnavailableException("An earlier write of this activation failed, so that this one was not made. Try again.", failure);
}
