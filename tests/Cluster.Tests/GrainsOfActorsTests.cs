using ForgeOrleans.Grains;
using ForgeOrleans.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ForgeOrleans.Cluster.Tests;

/// <summary>Every actor of this library is a grain too: who adds one and forgets the cluster is told here.</summary>
public sealed class GrainsOfActorsTests(TwoSilos host) : IClassFixture<TwoSilos>
{
    internal static readonly IReadOnlyList<ActorType> Actors = CoreActors();

    public static TheoryData<string> Names => [.. Actors.Select(actor => actor.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_actor_has_a_grain_class_of_its_stored_name(string name)
    {
        var (actor, grain) = (Actors.Single(known => known.Name == name), GrainClass(name));
        actor.Class.IsAssignableFrom(grain).ShouldBeTrue($"{grain} is not a {actor.Class}");
        actor.Interface.IsAssignableFrom(grain).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_grain_of_an_actor_that_can_be_woken_takes_reminders(string name) => typeof(IRemindable).IsAssignableFrom(GrainClass(name))
        .ShouldBe(typeof(IAlarmed).IsAssignableFrom(Actors.Single(known => known.Name == name).Class));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_reference_to_an_actor_is_one_to_the_grain_of_its_stored_name(string name)
    {
        var actor = Actors.Single(known => known.Name == name);
        var kind = host.Services.GetServices<ActorGrain>().Where(grain => grain.Actor == actor.Interface)
            .ShouldHaveSingleItem($"AddForgeGrainKinds says nothing of {actor.Interface}");
        var reference = kind.Reference(host.Cluster.Client, "some/key").ShouldBeAssignableTo<GrainReference>()!;
        actor.Interface.IsInstanceOfType(reference).ShouldBeTrue();
        reference.GrainId.ShouldBe(GrainId.Create(name, "some/key"));
    }

    internal static Type GrainClass(string name) => typeof(ActorGrain).Assembly.GetTypes()
        .Where(type => type.GetCustomAttributes(typeof(GrainTypeAttribute), false) is [GrainTypeAttribute grain] && grain.GetGrainType(null!, type).ToString() == name)
        .ShouldHaveSingleItem($"no grain class has the type '{name}'");

    private static ActorType[] CoreActors()
    {
        var application = Host.CreateEmptyApplicationBuilder(null);
        new ForgeRemoteBuilder(application).AddCore();
        return [.. application.Services.Where(service => service.ServiceType == typeof(ActorType)).Select(service => (ActorType)service.ImplementationInstance!)];
    }
}
