package org.apache.spark.sql.connect.dagbook

import java.util.Optional

import scala.jdk.CollectionConverters._

import org.apache.spark.connect.proto
import org.apache.spark.sql.catalyst.expressions.{Expression, Literal}
import org.apache.spark.sql.catalyst.plans.logical._
import org.apache.spark.sql.classic.Dataset
import org.apache.spark.sql.connect.planner.SparkConnectPlanner
import org.apache.spark.sql.connect.plugin.RelationPlugin
import org.sparkproject.connect.protobuf.{Any => ProtoAny, ByteString, UnknownFieldSet}

/**
 * `delete`, `update` and `merge` of Python's DeltaTable, whose messages Spark Connect does not know by itself. They become the plans
 * that the SQL statements of these names have. All else that a DeltaTable does the worker says in SQL.
 *
 * The messages are read by the numbers of their fields (delta/connect/relations.proto): their classes are in no jar here.
 */
class DeltaChanges extends RelationPlugin {
  override def transform(raw: Array[Byte], planner: SparkConnectPlanner): Optional[LogicalPlan] = {
    val any = ProtoAny.parseFrom(raw)
    if (!any.getTypeUrl.endsWith("/delta.connect.DeltaRelation")) return Optional.empty[LogicalPlan]
    val relation = new Fields(any.getValue)
    val reader = new Reader(planner)
    val plan = relation.inner(7).map(reader.delete)
      .orElse(relation.inner(8).map(reader.update))
      .orElse(relation.inner(9).map(reader.merge))
    // It happens here, once; what goes on is its result.
    plan.map(change => Optional.of(Dataset.ofRows(planner.session, change).logicalPlan))
      .getOrElse(Optional.empty[LogicalPlan])
  }
}

private class Reader(planner: SparkConnectPlanner) {
  def delete(message: Fields): LogicalPlan =
    DeleteFromTable(plan(message, 1), condition(message, 2).getOrElse(Literal.TrueLiteral))

  def update(message: Fields): LogicalPlan =
    UpdateTable(plan(message, 1), assignments(message, 3), condition(message, 2))

  def merge(message: Fields): LogicalPlan =
    MergeIntoTable(
      plan(message, 1),
      plan(message, 2),
      condition(message, 3).get,
      message.all(4).map(action),
      message.all(5).map(action),
      message.all(6).map(action),
      message.flag(7))

  private def action(message: Fields): MergeAction = {
    val when = condition(message, 1)
    message.inner(2).map(_ => DeleteAction(when))
      .orElse(message.inner(3).map(set => UpdateAction(when, assignments(set, 1))))
      .orElse(message.inner(4).map(_ => UpdateStarAction(when)))
      .orElse(message.inner(5).map(set => InsertAction(when, assignments(set, 1))))
      .getOrElse(InsertStarAction(when))
  }

  private def plan(message: Fields, number: Int): LogicalPlan =
    planner.transformRelation(proto.Relation.parseFrom(message.bytes(number).last))

  private def condition(message: Fields, number: Int): Option[Expression] =
    message.bytes(number).lastOption.map(bytes => planner.transformExpression(proto.Expression.parseFrom(bytes)))

  private def assignments(message: Fields, number: Int): Seq[Assignment] =
    message.all(number).map(each => Assignment(condition(each, 1).get, condition(each, 2).get))
}

/** A message of protobuf by the numbers of its fields. */
private class Fields(content: ByteString) {
  private val fields = UnknownFieldSet.parseFrom(content)

  def bytes(number: Int): Seq[ByteString] = fields.getField(number).getLengthDelimitedList.asScala.toSeq

  def all(number: Int): Seq[Fields] = bytes(number).map(new Fields(_))

  def inner(number: Int): Option[Fields] = all(number).lastOption

  def flag(number: Int): Boolean = fields.getField(number).getVarintList.asScala.lastOption.exists(_ != 0L)
}
