using ForgeOrleans.Conformance.Probes;
using ForgeOrleans.Hosting;

namespace ForgeOrleans.Conformance.Hosting;

/// <summary>What an actor may rely on of its turns.</summary>
public abstract class TurnTests(ActorHost host) : ActorTests(host)
{
    private readonly string _key = Guid.NewGuid().ToString();

    [Fact]
    public async Task Turns_of_a_storm_of_first_calls_never_overlap_and_all_meet_the_same_activation()
    {
        var turns = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => Actor<ITurnProbe>(_key).RunAsync(new(i)))));

        turns.ShouldAllBe(turn => !turn.Overlapped);
        turns.Select(turn => turn.Before.Count).Order().ShouldBe(Enumerable.Range(0, 300));
    }

    [Fact]
    public async Task Actors_with_different_keys_do_not_wait_for_each_other()
    {
        var gate = Guid.NewGuid().ToString();
        var held = Actor<ITurnProbe>(_key).RunAsync(new(1, Gate: gate));

        await Actor<ITurnProbe>(Guid.NewGuid().ToString()).RunAsync(new(1)).WaitAsync(TimeSpan.FromSeconds(10));

        held.IsCompleted.ShouldBeFalse();
        TurnGates.Open(gate);
        await held;
    }

    [Fact]
    public async Task A_turn_that_fails_tells_its_caller_and_hurts_no_other()
    {
        await Actor<ITurnProbe>(_key).RunAsync(new(1));
        var failing = Actor<ITurnProbe>(_key).RunAsync(new(2, Fails: true));
        var next = Actor<ITurnProbe>(_key).RunAsync(new(3));

        (await Should.ThrowAsync<ForgeException>(() => failing)).Code.ShouldBe(ForgeErrorCode.NotFound);
        // It is the same activation: a failure is an answer, not an end.
        (await next).Before.ShouldBe([1]);
    }

    [Fact]
    public async Task A_caller_who_gave_up_while_waiting_takes_no_turn()
    {
        var gate = Guid.NewGuid().ToString();
        using var giveUp = new CancellationTokenSource();
        var held = Actor<ITurnProbe>(_key).RunAsync(new(1, Gate: gate));
        await TurnGates.EnteredAsync(gate);
        var waiting = Actor<ITurnProbe>(_key).RunAsync(new(2), giveUp.Token);
        await giveUp.CancelAsync();
        // In a cluster the news has to reach another silo, which nothing shows.
        await Task.Delay(Host.NewsTravelsFor);
        TurnGates.Open(gate);

        await held;
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        (await Actor<ITurnProbe>(_key).RunAsync(new(3))).Before.ShouldBe([1]);
    }

    [Fact]
    public void An_actor_that_nobody_registered_is_refused() =>
        Should.Throw<InvalidOperationException>(() => Host.Actors.Get<IDisposable>(_key));
}
